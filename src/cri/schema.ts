// The few messages of the CRI v1 that podtree reads, in our own words; what a runtime sends beyond them is ignored.
import protobuf from 'protobufjs';

/** The calls podtree makes: unary and read-only. GetContainerEvents is not among them, and must never be: on containerd 1.7 a second
 * subscriber takes events away from the kubelet, on 2.x one that reads too slowly can hold up the start of pods. */
export type RuntimeMethod = 'Version' | 'ListPodSandbox' | 'PodSandboxStatus' | 'ListContainers' | 'ContainerStatus';

// Field numbers and enum values: cri-api pkg/apis/runtime/v1/api.proto. Enums are read as int32, so that a value of a later version stays
// what it is. Names in camel case are how fields come out of decodeResponse.
const SCHEMA = `
syntax = "proto3";
package runtime.v1;

message VersionRequest { string version = 1; }
message VersionResponse { string runtimeName = 2; string runtimeVersion = 3; }

message ListPodSandboxRequest {}
message ListPodSandboxResponse { repeated PodSandbox items = 1; }
message PodSandbox {
  string id = 1; PodSandboxMetadata metadata = 2; int32 state = 3; int64 createdAt = 4; map<string, string> labels = 5;
  string runtimeHandler = 7;
}
message PodSandboxMetadata { string name = 1; string uid = 2; string namespace = 3; uint32 attempt = 4; }

message PodSandboxStatusRequest { string podSandboxId = 1; bool verbose = 2; }
message PodSandboxStatusResponse { PodSandboxStatus status = 1; map<string, string> info = 2; }
message PodSandboxStatus {
  string id = 1; int32 state = 3; PodSandboxNetworkStatus network = 5; LinuxPodSandboxStatus linux = 6; string runtimeHandler = 9;
}
message PodSandboxNetworkStatus { string ip = 1; repeated PodIp additionalIps = 2; }
message PodIp { string ip = 1; }
message LinuxPodSandboxStatus { Namespace namespaces = 1; }
message Namespace { NamespaceOption options = 2; }
message NamespaceOption { int32 network = 1; int32 pid = 2; int32 ipc = 3; }

message ListContainersRequest {}
message ListContainersResponse { repeated Container containers = 1; }
message Container {
  string id = 1; string podSandboxId = 2; ContainerMetadata metadata = 3; int32 state = 6; int64 createdAt = 7;
  map<string, string> labels = 8; map<string, string> annotations = 9;
}
message ContainerMetadata { string name = 1; uint32 attempt = 2; }

message ContainerStatusRequest { string containerId = 1; bool verbose = 2; }
message ContainerStatusResponse { ContainerStatus status = 1; map<string, string> info = 2; }
message ContainerStatus { string id = 1; int32 state = 3; int64 finishedAt = 6; int32 exitCode = 7; string reason = 10; }
`;

/** PodSandboxState. */
export const SANDBOX_READY = 0;
/** ContainerState. */
export const CONTAINER_STATES = ['created', 'running', 'exited', 'unknown'] as const;
/** NamespaceMode NODE: the host's own namespace. */
export const NAMESPACE_MODE_NODE = 2;

export interface VersionResponse {
  readonly runtimeName: string;
  readonly runtimeVersion: string;
}

/** Fields with a message type are absent when the runtime left them out; 64-bit numbers are decimal strings. */
export interface PodSandboxMessage {
  readonly id: string;
  readonly metadata?: { readonly name: string; readonly uid: string; readonly namespace: string; readonly attempt: number } | null;
  readonly state: number;
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly runtimeHandler: string;
}

export interface PodSandboxStatusResponse {
  readonly status?: {
    readonly state: number;
    readonly network?: { readonly ip: string; readonly additionalIps: readonly { readonly ip: string }[] } | null;
    readonly linux?: { readonly namespaces?: { readonly options?: { readonly network: number } | null } | null } | null;
    readonly runtimeHandler: string;
  } | null;
  readonly info: Readonly<Record<string, string>>;
}

export interface ContainerMessage {
  readonly id: string;
  readonly podSandboxId: string;
  readonly metadata?: { readonly name: string; readonly attempt: number } | null;
  readonly state: number;
  readonly createdAt: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ContainerStatusResponse {
  readonly status?: {
    readonly state: number;
    readonly finishedAt: string;
    readonly exitCode: number;
    readonly reason: string;
  } | null;
  readonly info: Readonly<Record<string, string>>;
}

interface Responses {
  readonly Version: VersionResponse;
  readonly ListPodSandbox: { readonly items: readonly PodSandboxMessage[] };
  readonly PodSandboxStatus: PodSandboxStatusResponse;
  readonly ListContainers: { readonly containers: readonly ContainerMessage[] };
  readonly ContainerStatus: ContainerStatusResponse;
}
export type RuntimeResponse<M extends RuntimeMethod> = Responses[M];

const root = protobuf.parse(SCHEMA, { keepCase: true }).root;

export function encodeRequest(method: RuntimeMethod, request: Readonly<Record<string, unknown>>): Buffer {
  const type = root.lookupType(`runtime.v1.${method}Request`);
  return Buffer.from(type.encode(type.fromObject({ ...request })).finish());
}

/** Throws what protobufjs throws when the bytes are no such message: wrong wire types, a length beyond the end, too deep a nesting. */
export function decodeResponse<M extends RuntimeMethod>(method: M, bytes: Uint8Array): RuntimeResponse<M> {
  const type = root.lookupType(`runtime.v1.${method}Response`);
  // The schema above and the interfaces say the same: with defaults every scalar, list and map is present.
  return type.toObject(type.decode(bytes), { longs: String, defaults: true }) as unknown as RuntimeResponse<M>;
}

/** The other side of a call, for what plays a runtime (the demo pod). Throws as decodeResponse does. */
export function decodeRequest(method: RuntimeMethod, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const type = root.lookupType(`runtime.v1.${method}Request`);
  return type.toObject(type.decode(bytes), { longs: String, defaults: true });
}

export function encodeResponse<M extends RuntimeMethod>(method: M, response: RuntimeResponse<M>): Buffer {
  const type = root.lookupType(`runtime.v1.${method}Response`);
  return Buffer.from(type.encode(type.fromObject({ ...response })).finish());
}
