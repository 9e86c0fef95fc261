import * as $protobuf from "protobufjs/minimal.js";
import Long = require("long");

/** Namespace podtree. */
export namespace podtree {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of a Frame.
         * @deprecated Use podtree.v1.Frame.$Properties instead.
         */
        interface IFrame extends podtree.v1.Frame.$Properties {
        }

        /** Represents a Frame. */
        class Frame {

            /**
             * Constructs a new Frame.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Frame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Frame hello. */
            hello?: (podtree.v1.Hello.$Properties|null);

            /** Frame snapshot. */
            snapshot?: (podtree.v1.Snapshot.$Properties|null);

            /** Frame updates. */
            updates: podtree.v1.Update.$Properties[];

            /** Frame gap. */
            gap?: (podtree.v1.Gap.$Properties|null);

            /** Frame heartbeat. */
            heartbeat?: (podtree.v1.Heartbeat.$Properties|null);

            /**
             * Encodes the specified Frame message. Does not implicitly {@link podtree.v1.Frame.verify|verify} messages.
             * @param message Frame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Frame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Frame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Frame & podtree.v1.Frame.$Shape} Frame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Frame & podtree.v1.Frame.$Shape;
        }

        namespace Frame {

            /** Properties of a Frame. */
            interface $Properties {

                /** Frame hello */
                hello?: (podtree.v1.Hello.$Properties|null);

                /** Frame snapshot */
                snapshot?: (podtree.v1.Snapshot.$Properties|null);

                /** Frame updates */
                updates?: (podtree.v1.Update.$Properties[]|null);

                /** Frame gap */
                gap?: (podtree.v1.Gap.$Properties|null);

                /** Frame heartbeat */
                heartbeat?: (podtree.v1.Heartbeat.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Frame. */
            type $Shape = podtree.v1.Frame.$Properties;
        }

        /**
         * Properties of a Hello.
         * @deprecated Use podtree.v1.Hello.$Properties instead.
         */
        interface IHello extends podtree.v1.Hello.$Properties {
        }

        /** Represents a Hello. */
        class Hello {

            /**
             * Constructs a new Hello.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Hello.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Hello node. */
            node: string;

            /** Hello bootId. */
            bootId: string;

            /** Hello version. */
            version: string;

            /** Hello epoch. */
            epoch: string;

            /** Hello resumed. */
            resumed: boolean;

            /**
             * Encodes the specified Hello message. Does not implicitly {@link podtree.v1.Hello.verify|verify} messages.
             * @param message Hello message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Hello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Hello message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Hello & podtree.v1.Hello.$Shape} Hello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Hello & podtree.v1.Hello.$Shape;
        }

        namespace Hello {

            /** Properties of a Hello. */
            interface $Properties {

                /** Hello node */
                node?: (string|null);

                /** Hello bootId */
                bootId?: (string|null);

                /** Hello version */
                version?: (string|null);

                /** Hello epoch */
                epoch?: (string|null);

                /** Hello resumed */
                resumed?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Hello. */
            type $Shape = podtree.v1.Hello.$Properties;
        }

        /**
         * Properties of a Snapshot.
         * @deprecated Use podtree.v1.Snapshot.$Properties instead.
         */
        interface ISnapshot extends podtree.v1.Snapshot.$Properties {
        }

        /** Represents a Snapshot. */
        class Snapshot {

            /**
             * Constructs a new Snapshot.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Snapshot.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Snapshot token. */
            token: string;

            /** Snapshot tree. */
            tree?: (podtree.v1.Tree.$Properties|null);

            /**
             * Encodes the specified Snapshot message. Does not implicitly {@link podtree.v1.Snapshot.verify|verify} messages.
             * @param message Snapshot message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Snapshot.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Snapshot message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Snapshot & podtree.v1.Snapshot.$Shape} Snapshot
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Snapshot & podtree.v1.Snapshot.$Shape;
        }

        namespace Snapshot {

            /** Properties of a Snapshot. */
            interface $Properties {

                /** Snapshot token */
                token?: (string|null);

                /** Snapshot tree */
                tree?: (podtree.v1.Tree.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Snapshot. */
            type $Shape = podtree.v1.Snapshot.$Properties;
        }

        /**
         * Properties of a Gap.
         * @deprecated Use podtree.v1.Gap.$Properties instead.
         */
        interface IGap extends podtree.v1.Gap.$Properties {
        }

        /** Represents a Gap. */
        class Gap {

            /**
             * Constructs a new Gap.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Gap.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Gap stage. */
            stage: string;

            /** Gap lost. */
            lost?: (number|null);

            /**
             * Encodes the specified Gap message. Does not implicitly {@link podtree.v1.Gap.verify|verify} messages.
             * @param message Gap message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Gap.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Gap message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Gap & podtree.v1.Gap.$Shape} Gap
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Gap & podtree.v1.Gap.$Shape;
        }

        namespace Gap {

            /** Properties of a Gap. */
            interface $Properties {

                /** Gap stage */
                stage?: (string|null);

                /** Gap lost */
                lost?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Gap. */
            type $Shape = podtree.v1.Gap.$Properties;
        }

        /**
         * Properties of a Heartbeat.
         * @deprecated Use podtree.v1.Heartbeat.$Properties instead.
         */
        interface IHeartbeat extends podtree.v1.Heartbeat.$Properties {
        }

        /** Represents a Heartbeat. */
        class Heartbeat {

            /**
             * Constructs a new Heartbeat.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Heartbeat.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Heartbeat token. */
            token: string;

            /**
             * Encodes the specified Heartbeat message. Does not implicitly {@link podtree.v1.Heartbeat.verify|verify} messages.
             * @param message Heartbeat message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Heartbeat.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Heartbeat message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Heartbeat & podtree.v1.Heartbeat.$Shape} Heartbeat
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Heartbeat & podtree.v1.Heartbeat.$Shape;
        }

        namespace Heartbeat {

            /** Properties of a Heartbeat. */
            interface $Properties {

                /** Heartbeat token */
                token?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Heartbeat. */
            type $Shape = podtree.v1.Heartbeat.$Properties;
        }

        /**
         * Properties of an Update.
         * @deprecated Use podtree.v1.Update.$Properties instead.
         */
        interface IUpdate extends podtree.v1.Update.$Properties {
        }

        /** Represents an Update. */
        class Update {

            /**
             * Constructs a new Update.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Update.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Update token. */
            token: string;

            /** Update event. */
            event?: (podtree.v1.Event.$Properties|null);

            /** Update changes. */
            changes: podtree.v1.Change.$Properties[];

            /**
             * Encodes the specified Update message. Does not implicitly {@link podtree.v1.Update.verify|verify} messages.
             * @param message Update message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Update.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Update message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Update & podtree.v1.Update.$Shape} Update
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Update & podtree.v1.Update.$Shape;
        }

        namespace Update {

            /** Properties of an Update. */
            interface $Properties {

                /** Update token */
                token?: (string|null);

                /** Update event */
                event?: (podtree.v1.Event.$Properties|null);

                /** Update changes */
                changes?: (podtree.v1.Change.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Update. */
            type $Shape = podtree.v1.Update.$Properties;
        }

        /**
         * Properties of a Change.
         * @deprecated Use podtree.v1.Change.$Properties instead.
         */
        interface IChange extends podtree.v1.Change.$Properties {
        }

        /** Represents a Change. */
        class Change {

            /**
             * Constructs a new Change.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Change.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Change op. */
            op: string;

            /** Change kind. */
            kind: string;

            /** Change podUid. */
            podUid?: (string|null);

            /** Change sandboxId. */
            sandboxId?: (string|null);

            /** Change containerId. */
            containerId?: (string|null);

            /** Change key. */
            key: string;

            /** Change history. */
            history?: (boolean|null);

            /** Change pod. */
            pod?: (podtree.v1.Pod.$Properties|null);

            /** Change sandbox. */
            sandbox?: (podtree.v1.Sandbox.$Properties|null);

            /** Change container. */
            container?: (podtree.v1.Container.$Properties|null);

            /** Change process. */
            process?: (podtree.v1.Process.$Properties|null);

            /** Change leaked. */
            leaked?: (podtree.v1.LeakedNamespace.$Properties|null);

            /** Change usage. */
            usage?: (podtree.v1.Usage.$Properties|null);

            /**
             * Encodes the specified Change message. Does not implicitly {@link podtree.v1.Change.verify|verify} messages.
             * @param message Change message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Change.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Change message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Change & podtree.v1.Change.$Shape} Change
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Change & podtree.v1.Change.$Shape;
        }

        namespace Change {

            /** Properties of a Change. */
            interface $Properties {

                /** Change op */
                op?: (string|null);

                /** Change kind */
                kind?: (string|null);

                /** Change podUid */
                podUid?: (string|null);

                /** Change sandboxId */
                sandboxId?: (string|null);

                /** Change containerId */
                containerId?: (string|null);

                /** Change key */
                key?: (string|null);

                /** Change history */
                history?: (boolean|null);

                /** Change pod */
                pod?: (podtree.v1.Pod.$Properties|null);

                /** Change sandbox */
                sandbox?: (podtree.v1.Sandbox.$Properties|null);

                /** Change container */
                container?: (podtree.v1.Container.$Properties|null);

                /** Change process */
                process?: (podtree.v1.Process.$Properties|null);

                /** Change leaked */
                leaked?: (podtree.v1.LeakedNamespace.$Properties|null);

                /** Change usage */
                usage?: (podtree.v1.Usage.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Change. */
            type $Shape = podtree.v1.Change.$Properties;
        }

        /**
         * Properties of a Tree.
         * @deprecated Use podtree.v1.Tree.$Properties instead.
         */
        interface ITree extends podtree.v1.Tree.$Properties {
        }

        /** Represents a Tree. */
        class Tree {

            /**
             * Constructs a new Tree.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Tree.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Tree node. */
            node: string;

            /** Tree token. */
            token: string;

            /** Tree pods. */
            pods: podtree.v1.Pod.$Properties[];

            /** Tree leaked. */
            leaked: podtree.v1.LeakedNamespace.$Properties[];

            /**
             * Encodes the specified Tree message. Does not implicitly {@link podtree.v1.Tree.verify|verify} messages.
             * @param message Tree message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Tree.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Tree message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Tree & podtree.v1.Tree.$Shape} Tree
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Tree & podtree.v1.Tree.$Shape;
        }

        namespace Tree {

            /** Properties of a Tree. */
            interface $Properties {

                /** Tree node */
                node?: (string|null);

                /** Tree token */
                token?: (string|null);

                /** Tree pods */
                pods?: (podtree.v1.Pod.$Properties[]|null);

                /** Tree leaked */
                leaked?: (podtree.v1.LeakedNamespace.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Tree. */
            type $Shape = podtree.v1.Tree.$Properties;
        }

        /**
         * Properties of a Pod.
         * @deprecated Use podtree.v1.Pod.$Properties instead.
         */
        interface IPod extends podtree.v1.Pod.$Properties {
        }

        /** Represents a Pod. */
        class Pod {

            /**
             * Constructs a new Pod.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Pod.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Pod uid. */
            uid: string;

            /** Pod namespace. */
            namespace?: (string|null);

            /** Pod name. */
            name?: (string|null);

            /** Pod labels. */
            labels: { [k: string]: string };

            /** Pod qos. */
            qos?: (string|null);

            /** Pod hostNetwork. */
            hostNetwork: boolean;

            /** Pod controller. */
            controller?: (podtree.v1.Controller.$Properties|null);

            /** Pod deletedAt. */
            deletedAt?: (string|null);

            /** Pod sandbox. */
            sandbox?: (podtree.v1.Sandbox.$Properties|null);

            /** Pod history. */
            history: podtree.v1.Sandbox.$Properties[];

            /**
             * Encodes the specified Pod message. Does not implicitly {@link podtree.v1.Pod.verify|verify} messages.
             * @param message Pod message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Pod.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Pod message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Pod & podtree.v1.Pod.$Shape} Pod
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Pod & podtree.v1.Pod.$Shape;
        }

        namespace Pod {

            /** Properties of a Pod. */
            interface $Properties {

                /** Pod uid */
                uid?: (string|null);

                /** Pod namespace */
                namespace?: (string|null);

                /** Pod name */
                name?: (string|null);

                /** Pod labels */
                labels?: ({ [k: string]: string }|null);

                /** Pod qos */
                qos?: (string|null);

                /** Pod hostNetwork */
                hostNetwork?: (boolean|null);

                /** Pod controller */
                controller?: (podtree.v1.Controller.$Properties|null);

                /** Pod deletedAt */
                deletedAt?: (string|null);

                /** Pod sandbox */
                sandbox?: (podtree.v1.Sandbox.$Properties|null);

                /** Pod history */
                history?: (podtree.v1.Sandbox.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Pod. */
            type $Shape = podtree.v1.Pod.$Properties;
        }

        /**
         * Properties of a Controller.
         * @deprecated Use podtree.v1.Controller.$Properties instead.
         */
        interface IController extends podtree.v1.Controller.$Properties {
        }

        /** Represents a Controller. */
        class Controller {

            /**
             * Constructs a new Controller.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Controller.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Controller kind. */
            kind: string;

            /** Controller name. */
            name: string;

            /** Controller replicaSet. */
            replicaSet?: (string|null);

            /**
             * Encodes the specified Controller message. Does not implicitly {@link podtree.v1.Controller.verify|verify} messages.
             * @param message Controller message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Controller.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Controller message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Controller & podtree.v1.Controller.$Shape} Controller
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Controller & podtree.v1.Controller.$Shape;
        }

        namespace Controller {

            /** Properties of a Controller. */
            interface $Properties {

                /** Controller kind */
                kind?: (string|null);

                /** Controller name */
                name?: (string|null);

                /** Controller replicaSet */
                replicaSet?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Controller. */
            type $Shape = podtree.v1.Controller.$Properties;
        }

        /**
         * Properties of a Sandbox.
         * @deprecated Use podtree.v1.Sandbox.$Properties instead.
         */
        interface ISandbox extends podtree.v1.Sandbox.$Properties {
        }

        /** Represents a Sandbox. */
        class Sandbox {

            /**
             * Constructs a new Sandbox.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Sandbox.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Sandbox id. */
            id: string;

            /** Sandbox attempt. */
            attempt: number;

            /** Sandbox state. */
            state: string;

            /** Sandbox kind. */
            kind: string;

            /** Sandbox runtime. */
            runtime?: (string|null);

            /** Sandbox createdAt. */
            createdAt?: (string|null);

            /** Sandbox ips. */
            ips: string[];

            /** Sandbox pause. */
            pause?: (podtree.v1.Process.$Properties|null);

            /** Sandbox namespaces. */
            namespaces: podtree.v1.Namespace.$Properties[];

            /** Sandbox containers. */
            containers: podtree.v1.Container.$Properties[];

            /** Sandbox guests. */
            guests: podtree.v1.Process.$Properties[];

            /** Sandbox usage. */
            usage?: (podtree.v1.Usage.$Properties|null);

            /** Sandbox pauseExit. */
            pauseExit?: (podtree.v1.PauseExit.$Properties|null);

            /**
             * Encodes the specified Sandbox message. Does not implicitly {@link podtree.v1.Sandbox.verify|verify} messages.
             * @param message Sandbox message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Sandbox.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Sandbox message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Sandbox & podtree.v1.Sandbox.$Shape} Sandbox
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Sandbox & podtree.v1.Sandbox.$Shape;
        }

        namespace Sandbox {

            /** Properties of a Sandbox. */
            interface $Properties {

                /** Sandbox id */
                id?: (string|null);

                /** Sandbox attempt */
                attempt?: (number|null);

                /** Sandbox state */
                state?: (string|null);

                /** Sandbox kind */
                kind?: (string|null);

                /** Sandbox runtime */
                runtime?: (string|null);

                /** Sandbox createdAt */
                createdAt?: (string|null);

                /** Sandbox ips */
                ips?: (string[]|null);

                /** Sandbox pause */
                pause?: (podtree.v1.Process.$Properties|null);

                /** Sandbox namespaces */
                namespaces?: (podtree.v1.Namespace.$Properties[]|null);

                /** Sandbox containers */
                containers?: (podtree.v1.Container.$Properties[]|null);

                /** Sandbox guests */
                guests?: (podtree.v1.Process.$Properties[]|null);

                /** Sandbox usage */
                usage?: (podtree.v1.Usage.$Properties|null);

                /** Sandbox pauseExit */
                pauseExit?: (podtree.v1.PauseExit.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Sandbox. */
            type $Shape = podtree.v1.Sandbox.$Properties;
        }

        /**
         * Properties of a PauseExit.
         * @deprecated Use podtree.v1.PauseExit.$Properties instead.
         */
        interface IPauseExit extends podtree.v1.PauseExit.$Properties {
        }

        /** Represents a PauseExit. */
        class PauseExit {

            /**
             * Constructs a new PauseExit.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.PauseExit.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PauseExit code. */
            code?: (number|null);

            /** PauseExit signal. */
            signal?: (string|null);

            /** PauseExit cause. */
            cause: string;

            /**
             * Encodes the specified PauseExit message. Does not implicitly {@link podtree.v1.PauseExit.verify|verify} messages.
             * @param message PauseExit message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.PauseExit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PauseExit message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.PauseExit & podtree.v1.PauseExit.$Shape} PauseExit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.PauseExit & podtree.v1.PauseExit.$Shape;
        }

        namespace PauseExit {

            /** Properties of a PauseExit. */
            interface $Properties {

                /** PauseExit code */
                code?: (number|null);

                /** PauseExit signal */
                signal?: (string|null);

                /** PauseExit cause */
                cause?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PauseExit. */
            type $Shape = podtree.v1.PauseExit.$Properties;
        }

        /**
         * Properties of a Usage.
         * @deprecated Use podtree.v1.Usage.$Properties instead.
         */
        interface IUsage extends podtree.v1.Usage.$Properties {
        }

        /** Represents a Usage. */
        class Usage {

            /**
             * Constructs a new Usage.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Usage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Usage sampledAt. */
            sampledAt: string;

            /** Usage pause. */
            pause?: (podtree.v1.ResourceUse.$Properties|null);

            /** Usage containers. */
            containers: podtree.v1.ResourceUse.$Properties[];

            /** Usage ports. */
            ports: podtree.v1.ListeningPort.$Properties[];

            /** Usage peers. */
            peers: podtree.v1.LocalPeer.$Properties[];

            /**
             * Encodes the specified Usage message. Does not implicitly {@link podtree.v1.Usage.verify|verify} messages.
             * @param message Usage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Usage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Usage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Usage & podtree.v1.Usage.$Shape} Usage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Usage & podtree.v1.Usage.$Shape;
        }

        namespace Usage {

            /** Properties of a Usage. */
            interface $Properties {

                /** Usage sampledAt */
                sampledAt?: (string|null);

                /** Usage pause */
                pause?: (podtree.v1.ResourceUse.$Properties|null);

                /** Usage containers */
                containers?: (podtree.v1.ResourceUse.$Properties[]|null);

                /** Usage ports */
                ports?: (podtree.v1.ListeningPort.$Properties[]|null);

                /** Usage peers */
                peers?: (podtree.v1.LocalPeer.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Usage. */
            type $Shape = podtree.v1.Usage.$Properties;
        }

        /**
         * Properties of a ResourceUse.
         * @deprecated Use podtree.v1.ResourceUse.$Properties instead.
         */
        interface IResourceUse extends podtree.v1.ResourceUse.$Properties {
        }

        /** Represents a ResourceUse. */
        class ResourceUse {

            /**
             * Constructs a new ResourceUse.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.ResourceUse.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ResourceUse id. */
            id?: (string|null);

            /** ResourceUse cpuMs. */
            cpuMs: number;

            /** ResourceUse cpuCores. */
            cpuCores?: (number|null);

            /** ResourceUse memoryBytes. */
            memoryBytes: number;

            /**
             * Encodes the specified ResourceUse message. Does not implicitly {@link podtree.v1.ResourceUse.verify|verify} messages.
             * @param message ResourceUse message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.ResourceUse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ResourceUse message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.ResourceUse & podtree.v1.ResourceUse.$Shape} ResourceUse
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.ResourceUse & podtree.v1.ResourceUse.$Shape;
        }

        namespace ResourceUse {

            /** Properties of a ResourceUse. */
            interface $Properties {

                /** ResourceUse id */
                id?: (string|null);

                /** ResourceUse cpuMs */
                cpuMs?: (number|null);

                /** ResourceUse cpuCores */
                cpuCores?: (number|null);

                /** ResourceUse memoryBytes */
                memoryBytes?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ResourceUse. */
            type $Shape = podtree.v1.ResourceUse.$Properties;
        }

        /**
         * Properties of a ListeningPort.
         * @deprecated Use podtree.v1.ListeningPort.$Properties instead.
         */
        interface IListeningPort extends podtree.v1.ListeningPort.$Properties {
        }

        /** Represents a ListeningPort. */
        class ListeningPort {

            /**
             * Constructs a new ListeningPort.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.ListeningPort.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ListeningPort protocol. */
            protocol: string;

            /** ListeningPort address. */
            address: string;

            /** ListeningPort port. */
            port: number;

            /** ListeningPort containerId. */
            containerId?: (string|null);

            /** ListeningPort pid. */
            pid?: (number|null);

            /**
             * Encodes the specified ListeningPort message. Does not implicitly {@link podtree.v1.ListeningPort.verify|verify} messages.
             * @param message ListeningPort message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.ListeningPort.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ListeningPort message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.ListeningPort & podtree.v1.ListeningPort.$Shape} ListeningPort
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.ListeningPort & podtree.v1.ListeningPort.$Shape;
        }

        namespace ListeningPort {

            /** Properties of a ListeningPort. */
            interface $Properties {

                /** ListeningPort protocol */
                protocol?: (string|null);

                /** ListeningPort address */
                address?: (string|null);

                /** ListeningPort port */
                port?: (number|null);

                /** ListeningPort containerId */
                containerId?: (string|null);

                /** ListeningPort pid */
                pid?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ListeningPort. */
            type $Shape = podtree.v1.ListeningPort.$Properties;
        }

        /**
         * Properties of a LocalPeer.
         * @deprecated Use podtree.v1.LocalPeer.$Properties instead.
         */
        interface ILocalPeer extends podtree.v1.LocalPeer.$Properties {
        }

        /** Represents a LocalPeer. */
        class LocalPeer {

            /**
             * Constructs a new LocalPeer.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.LocalPeer.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LocalPeer from. */
            from?: (podtree.v1.SocketHolder.$Properties|null);

            /** LocalPeer to. */
            to?: (podtree.v1.SocketHolder.$Properties|null);

            /** LocalPeer port. */
            port: number;

            /** LocalPeer connections. */
            connections: number;

            /**
             * Encodes the specified LocalPeer message. Does not implicitly {@link podtree.v1.LocalPeer.verify|verify} messages.
             * @param message LocalPeer message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.LocalPeer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LocalPeer message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.LocalPeer & podtree.v1.LocalPeer.$Shape} LocalPeer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.LocalPeer & podtree.v1.LocalPeer.$Shape;
        }

        namespace LocalPeer {

            /** Properties of a LocalPeer. */
            interface $Properties {

                /** LocalPeer from */
                from?: (podtree.v1.SocketHolder.$Properties|null);

                /** LocalPeer to */
                to?: (podtree.v1.SocketHolder.$Properties|null);

                /** LocalPeer port */
                port?: (number|null);

                /** LocalPeer connections */
                connections?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LocalPeer. */
            type $Shape = podtree.v1.LocalPeer.$Properties;
        }

        /**
         * Properties of a SocketHolder.
         * @deprecated Use podtree.v1.SocketHolder.$Properties instead.
         */
        interface ISocketHolder extends podtree.v1.SocketHolder.$Properties {
        }

        /** Represents a SocketHolder. */
        class SocketHolder {

            /**
             * Constructs a new SocketHolder.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.SocketHolder.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SocketHolder containerId. */
            containerId?: (string|null);

            /** SocketHolder pid. */
            pid?: (number|null);

            /**
             * Encodes the specified SocketHolder message. Does not implicitly {@link podtree.v1.SocketHolder.verify|verify} messages.
             * @param message SocketHolder message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.SocketHolder.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SocketHolder message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.SocketHolder & podtree.v1.SocketHolder.$Shape} SocketHolder
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.SocketHolder & podtree.v1.SocketHolder.$Shape;
        }

        namespace SocketHolder {

            /** Properties of a SocketHolder. */
            interface $Properties {

                /** SocketHolder containerId */
                containerId?: (string|null);

                /** SocketHolder pid */
                pid?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SocketHolder. */
            type $Shape = podtree.v1.SocketHolder.$Properties;
        }

        /**
         * Properties of a Container.
         * @deprecated Use podtree.v1.Container.$Properties instead.
         */
        interface IContainer extends podtree.v1.Container.$Properties {
        }

        /** Represents a Container. */
        class Container {

            /**
             * Constructs a new Container.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Container.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Container id. */
            id: string;

            /** Container name. */
            name: string;

            /** Container kind. */
            kind: string;

            /** Container restarts. */
            restarts: number;

            /** Container state. */
            state: string;

            /** Container namespaces. */
            namespaces: podtree.v1.Namespace.$Properties[];

            /** Container lastExit. */
            lastExit?: (podtree.v1.Exit.$Properties|null);

            /** Container processes. */
            processes: podtree.v1.Process.$Properties[];

            /**
             * Encodes the specified Container message. Does not implicitly {@link podtree.v1.Container.verify|verify} messages.
             * @param message Container message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Container.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Container message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Container & podtree.v1.Container.$Shape} Container
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Container & podtree.v1.Container.$Shape;
        }

        namespace Container {

            /** Properties of a Container. */
            interface $Properties {

                /** Container id */
                id?: (string|null);

                /** Container name */
                name?: (string|null);

                /** Container kind */
                kind?: (string|null);

                /** Container restarts */
                restarts?: (number|null);

                /** Container state */
                state?: (string|null);

                /** Container namespaces */
                namespaces?: (podtree.v1.Namespace.$Properties[]|null);

                /** Container lastExit */
                lastExit?: (podtree.v1.Exit.$Properties|null);

                /** Container processes */
                processes?: (podtree.v1.Process.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Container. */
            type $Shape = podtree.v1.Container.$Properties;
        }

        /**
         * Properties of a Process.
         * @deprecated Use podtree.v1.Process.$Properties instead.
         */
        interface IProcess extends podtree.v1.Process.$Properties {
        }

        /** Represents a Process. */
        class Process {

            /**
             * Constructs a new Process.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Process.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Process pid. */
            pid: number;

            /** Process nsPid. */
            nsPid?: (number|null);

            /** Process ppid. */
            ppid: number;

            /** Process comm. */
            comm: string;

            /** Process args. */
            args: string[];

            /** Process uid. */
            uid?: (number|null);

            /** Process role. */
            role: string;

            /** Process startTime. */
            startTime: string;

            /**
             * Encodes the specified Process message. Does not implicitly {@link podtree.v1.Process.verify|verify} messages.
             * @param message Process message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Process.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Process message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Process & podtree.v1.Process.$Shape} Process
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Process & podtree.v1.Process.$Shape;
        }

        namespace Process {

            /** Properties of a Process. */
            interface $Properties {

                /** Process pid */
                pid?: (number|null);

                /** Process nsPid */
                nsPid?: (number|null);

                /** Process ppid */
                ppid?: (number|null);

                /** Process comm */
                comm?: (string|null);

                /** Process args */
                args?: (string[]|null);

                /** Process uid */
                uid?: (number|null);

                /** Process role */
                role?: (string|null);

                /** Process startTime */
                startTime?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Process. */
            type $Shape = podtree.v1.Process.$Properties;
        }

        /**
         * Properties of a Namespace.
         * @deprecated Use podtree.v1.Namespace.$Properties instead.
         */
        interface INamespace extends podtree.v1.Namespace.$Properties {
        }

        /** Represents a Namespace. */
        class Namespace {

            /**
             * Constructs a new Namespace.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Namespace.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Namespace type. */
            type: string;

            /** Namespace inode. */
            inode: number;

            /** Namespace id. */
            id: string;

            /** Namespace scope. */
            scope: string;

            /** Namespace with. */
            with?: (string|null);

            /**
             * Encodes the specified Namespace message. Does not implicitly {@link podtree.v1.Namespace.verify|verify} messages.
             * @param message Namespace message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Namespace.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Namespace message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Namespace & podtree.v1.Namespace.$Shape} Namespace
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Namespace & podtree.v1.Namespace.$Shape;
        }

        namespace Namespace {

            /** Properties of a Namespace. */
            interface $Properties {

                /** Namespace type */
                type?: (string|null);

                /** Namespace inode */
                inode?: (number|null);

                /** Namespace id */
                id?: (string|null);

                /** Namespace scope */
                scope?: (string|null);

                /** Namespace with */
                "with"?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Namespace. */
            type $Shape = podtree.v1.Namespace.$Properties;
        }

        /**
         * Properties of a LeakedNamespace.
         * @deprecated Use podtree.v1.LeakedNamespace.$Properties instead.
         */
        interface ILeakedNamespace extends podtree.v1.LeakedNamespace.$Properties {
        }

        /** Represents a LeakedNamespace. */
        class LeakedNamespace {

            /**
             * Constructs a new LeakedNamespace.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.LeakedNamespace.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LeakedNamespace type. */
            type: string;

            /** LeakedNamespace inode. */
            inode: number;

            /** LeakedNamespace path. */
            path: string;

            /** LeakedNamespace pod. */
            pod?: (podtree.v1.PodRef.$Properties|null);

            /**
             * Encodes the specified LeakedNamespace message. Does not implicitly {@link podtree.v1.LeakedNamespace.verify|verify} messages.
             * @param message LeakedNamespace message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.LeakedNamespace.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LeakedNamespace message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.LeakedNamespace & podtree.v1.LeakedNamespace.$Shape} LeakedNamespace
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.LeakedNamespace & podtree.v1.LeakedNamespace.$Shape;
        }

        namespace LeakedNamespace {

            /** Properties of a LeakedNamespace. */
            interface $Properties {

                /** LeakedNamespace type */
                type?: (string|null);

                /** LeakedNamespace inode */
                inode?: (number|null);

                /** LeakedNamespace path */
                path?: (string|null);

                /** LeakedNamespace pod */
                pod?: (podtree.v1.PodRef.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LeakedNamespace. */
            type $Shape = podtree.v1.LeakedNamespace.$Properties;
        }

        /**
         * Properties of an Exit.
         * @deprecated Use podtree.v1.Exit.$Properties instead.
         */
        interface IExit extends podtree.v1.Exit.$Properties {
        }

        /** Represents an Exit. */
        class Exit {

            /**
             * Constructs a new Exit.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Exit.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Exit code. */
            code?: (number|null);

            /** Exit signal. */
            signal?: (string|null);

            /**
             * Encodes the specified Exit message. Does not implicitly {@link podtree.v1.Exit.verify|verify} messages.
             * @param message Exit message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Exit.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Exit message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Exit & podtree.v1.Exit.$Shape} Exit
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Exit & podtree.v1.Exit.$Shape;
        }

        namespace Exit {

            /** Properties of an Exit. */
            interface $Properties {

                /** Exit code */
                code?: (number|null);

                /** Exit signal */
                signal?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Exit. */
            type $Shape = podtree.v1.Exit.$Properties;
        }

        /**
         * Properties of a PodRef.
         * @deprecated Use podtree.v1.PodRef.$Properties instead.
         */
        interface IPodRef extends podtree.v1.PodRef.$Properties {
        }

        /** Represents a PodRef. */
        class PodRef {

            /**
             * Constructs a new PodRef.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.PodRef.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** PodRef uid. */
            uid: string;

            /** PodRef namespace. */
            namespace?: (string|null);

            /** PodRef name. */
            name?: (string|null);

            /**
             * Encodes the specified PodRef message. Does not implicitly {@link podtree.v1.PodRef.verify|verify} messages.
             * @param message PodRef message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.PodRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a PodRef message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.PodRef & podtree.v1.PodRef.$Shape} PodRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.PodRef & podtree.v1.PodRef.$Shape;
        }

        namespace PodRef {

            /** Properties of a PodRef. */
            interface $Properties {

                /** PodRef uid */
                uid?: (string|null);

                /** PodRef namespace */
                namespace?: (string|null);

                /** PodRef name */
                name?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a PodRef. */
            type $Shape = podtree.v1.PodRef.$Properties;
        }

        /**
         * Properties of a SandboxRef.
         * @deprecated Use podtree.v1.SandboxRef.$Properties instead.
         */
        interface ISandboxRef extends podtree.v1.SandboxRef.$Properties {
        }

        /** Represents a SandboxRef. */
        class SandboxRef {

            /**
             * Constructs a new SandboxRef.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.SandboxRef.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** SandboxRef id. */
            id: string;

            /** SandboxRef attempt. */
            attempt: number;

            /**
             * Encodes the specified SandboxRef message. Does not implicitly {@link podtree.v1.SandboxRef.verify|verify} messages.
             * @param message SandboxRef message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.SandboxRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a SandboxRef message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.SandboxRef & podtree.v1.SandboxRef.$Shape} SandboxRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.SandboxRef & podtree.v1.SandboxRef.$Shape;
        }

        namespace SandboxRef {

            /** Properties of a SandboxRef. */
            interface $Properties {

                /** SandboxRef id */
                id?: (string|null);

                /** SandboxRef attempt */
                attempt?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a SandboxRef. */
            type $Shape = podtree.v1.SandboxRef.$Properties;
        }

        /**
         * Properties of a ContainerRef.
         * @deprecated Use podtree.v1.ContainerRef.$Properties instead.
         */
        interface IContainerRef extends podtree.v1.ContainerRef.$Properties {
        }

        /** Represents a ContainerRef. */
        class ContainerRef {

            /**
             * Constructs a new ContainerRef.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.ContainerRef.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ContainerRef id. */
            id: string;

            /** ContainerRef name. */
            name: string;

            /**
             * Encodes the specified ContainerRef message. Does not implicitly {@link podtree.v1.ContainerRef.verify|verify} messages.
             * @param message ContainerRef message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.ContainerRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ContainerRef message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.ContainerRef & podtree.v1.ContainerRef.$Shape} ContainerRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.ContainerRef & podtree.v1.ContainerRef.$Shape;
        }

        namespace ContainerRef {

            /** Properties of a ContainerRef. */
            interface $Properties {

                /** ContainerRef id */
                id?: (string|null);

                /** ContainerRef name */
                name?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ContainerRef. */
            type $Shape = podtree.v1.ContainerRef.$Properties;
        }

        /**
         * Properties of a NamespaceRef.
         * @deprecated Use podtree.v1.NamespaceRef.$Properties instead.
         */
        interface INamespaceRef extends podtree.v1.NamespaceRef.$Properties {
        }

        /** Represents a NamespaceRef. */
        class NamespaceRef {

            /**
             * Constructs a new NamespaceRef.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.NamespaceRef.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** NamespaceRef type. */
            type: string;

            /** NamespaceRef inode. */
            inode: number;

            /** NamespaceRef id. */
            id: string;

            /**
             * Encodes the specified NamespaceRef message. Does not implicitly {@link podtree.v1.NamespaceRef.verify|verify} messages.
             * @param message NamespaceRef message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.NamespaceRef.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a NamespaceRef message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.NamespaceRef & podtree.v1.NamespaceRef.$Shape} NamespaceRef
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.NamespaceRef & podtree.v1.NamespaceRef.$Shape;
        }

        namespace NamespaceRef {

            /** Properties of a NamespaceRef. */
            interface $Properties {

                /** NamespaceRef type */
                type?: (string|null);

                /** NamespaceRef inode */
                inode?: (number|null);

                /** NamespaceRef id */
                id?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a NamespaceRef. */
            type $Shape = podtree.v1.NamespaceRef.$Properties;
        }

        /**
         * Properties of an Ancestor.
         * @deprecated Use podtree.v1.Ancestor.$Properties instead.
         */
        interface IAncestor extends podtree.v1.Ancestor.$Properties {
        }

        /** Represents an Ancestor. */
        class Ancestor {

            /**
             * Constructs a new Ancestor.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Ancestor.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Ancestor pid. */
            pid: number;

            /** Ancestor comm. */
            comm: string;

            /**
             * Encodes the specified Ancestor message. Does not implicitly {@link podtree.v1.Ancestor.verify|verify} messages.
             * @param message Ancestor message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Ancestor.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Ancestor message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Ancestor & podtree.v1.Ancestor.$Shape} Ancestor
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Ancestor & podtree.v1.Ancestor.$Shape;
        }

        namespace Ancestor {

            /** Properties of an Ancestor. */
            interface $Properties {

                /** Ancestor pid */
                pid?: (number|null);

                /** Ancestor comm */
                comm?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Ancestor. */
            type $Shape = podtree.v1.Ancestor.$Properties;
        }

        /**
         * Properties of a Sender.
         * @deprecated Use podtree.v1.Sender.$Properties instead.
         */
        interface ISender extends podtree.v1.Sender.$Properties {
        }

        /** Represents a Sender. */
        class Sender {

            /**
             * Constructs a new Sender.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Sender.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Sender pid. */
            pid: number;

            /** Sender comm. */
            comm: string;

            /** Sender exe. */
            exe?: (string|null);

            /** Sender uid. */
            uid: number;

            /** Sender unit. */
            unit?: (string|null);

            /** Sender pod. */
            pod?: (podtree.v1.PodRef.$Properties|null);

            /** Sender container. */
            container?: (podtree.v1.ContainerRef.$Properties|null);

            /** Sender parents. */
            parents: podtree.v1.Ancestor.$Properties[];

            /** Sender loginUid. */
            loginUid?: (number|null);

            /** Sender tty. */
            tty?: (string|null);

            /**
             * Encodes the specified Sender message. Does not implicitly {@link podtree.v1.Sender.verify|verify} messages.
             * @param message Sender message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Sender.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Sender message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Sender & podtree.v1.Sender.$Shape} Sender
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Sender & podtree.v1.Sender.$Shape;
        }

        namespace Sender {

            /** Properties of a Sender. */
            interface $Properties {

                /** Sender pid */
                pid?: (number|null);

                /** Sender comm */
                comm?: (string|null);

                /** Sender exe */
                exe?: (string|null);

                /** Sender uid */
                uid?: (number|null);

                /** Sender unit */
                unit?: (string|null);

                /** Sender pod */
                pod?: (podtree.v1.PodRef.$Properties|null);

                /** Sender container */
                container?: (podtree.v1.ContainerRef.$Properties|null);

                /** Sender parents */
                parents?: (podtree.v1.Ancestor.$Properties[]|null);

                /** Sender loginUid */
                loginUid?: (number|null);

                /** Sender tty */
                tty?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Sender. */
            type $Shape = podtree.v1.Sender.$Properties;
        }

        /**
         * Properties of an Oom.
         * @deprecated Use podtree.v1.Oom.$Properties instead.
         */
        interface IOom extends podtree.v1.Oom.$Properties {
        }

        /** Represents an Oom. */
        class Oom {

            /**
             * Constructs a new Oom.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Oom.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Oom victimPid. */
            victimPid: number;

            /** Oom allocatorPid. */
            allocatorPid: number;

            /** Oom allocatorComm. */
            allocatorComm: string;

            /** Oom scope. */
            scope?: (string|null);

            /** Oom cgroup. */
            cgroup?: (string|null);

            /** Oom limitBytes. */
            limitBytes?: (number|null);

            /** Oom usageBytes. */
            usageBytes?: (number|null);

            /**
             * Encodes the specified Oom message. Does not implicitly {@link podtree.v1.Oom.verify|verify} messages.
             * @param message Oom message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Oom.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Oom message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Oom & podtree.v1.Oom.$Shape} Oom
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Oom & podtree.v1.Oom.$Shape;
        }

        namespace Oom {

            /** Properties of an Oom. */
            interface $Properties {

                /** Oom victimPid */
                victimPid?: (number|null);

                /** Oom allocatorPid */
                allocatorPid?: (number|null);

                /** Oom allocatorComm */
                allocatorComm?: (string|null);

                /** Oom scope */
                scope?: (string|null);

                /** Oom cgroup */
                cgroup?: (string|null);

                /** Oom limitBytes */
                limitBytes?: (number|null);

                /** Oom usageBytes */
                usageBytes?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Oom. */
            type $Shape = podtree.v1.Oom.$Properties;
        }

        /**
         * Properties of a Finding.
         * @deprecated Use podtree.v1.Finding.$Properties instead.
         */
        interface IFinding extends podtree.v1.Finding.$Properties {
        }

        /** Represents a Finding. */
        class Finding {

            /**
             * Constructs a new Finding.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Finding.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Finding code. */
            code: string;

            /** Finding text. */
            text: string;

            /**
             * Encodes the specified Finding message. Does not implicitly {@link podtree.v1.Finding.verify|verify} messages.
             * @param message Finding message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Finding.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Finding message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Finding & podtree.v1.Finding.$Shape} Finding
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Finding & podtree.v1.Finding.$Shape;
        }

        namespace Finding {

            /** Properties of a Finding. */
            interface $Properties {

                /** Finding code */
                code?: (string|null);

                /** Finding text */
                text?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Finding. */
            type $Shape = podtree.v1.Finding.$Properties;
        }

        /**
         * Properties of a Cause.
         * @deprecated Use podtree.v1.Cause.$Properties instead.
         */
        interface ICause extends podtree.v1.Cause.$Properties {
        }

        /** Represents a Cause. */
        class Cause {

            /**
             * Constructs a new Cause.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Cause.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Cause kind. */
            kind: string;

            /** Cause signal. */
            signal?: (string|null);

            /** Cause sender. */
            sender?: (podtree.v1.Sender.$Properties|null);

            /** Cause oom. */
            oom?: (podtree.v1.Oom.$Properties|null);

            /** Cause evidence. */
            evidence: string[];

            /** Cause findings. */
            findings: podtree.v1.Finding.$Properties[];

            /**
             * Encodes the specified Cause message. Does not implicitly {@link podtree.v1.Cause.verify|verify} messages.
             * @param message Cause message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Cause.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Cause message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Cause & podtree.v1.Cause.$Shape} Cause
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Cause & podtree.v1.Cause.$Shape;
        }

        namespace Cause {

            /** Properties of a Cause. */
            interface $Properties {

                /** Cause kind */
                kind?: (string|null);

                /** Cause signal */
                signal?: (string|null);

                /** Cause sender */
                sender?: (podtree.v1.Sender.$Properties|null);

                /** Cause oom */
                oom?: (podtree.v1.Oom.$Properties|null);

                /** Cause evidence */
                evidence?: (string[]|null);

                /** Cause findings */
                findings?: (podtree.v1.Finding.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Cause. */
            type $Shape = podtree.v1.Cause.$Properties;
        }

        /**
         * Properties of a CascadeContainer.
         * @deprecated Use podtree.v1.CascadeContainer.$Properties instead.
         */
        interface ICascadeContainer extends podtree.v1.CascadeContainer.$Properties {
        }

        /** Represents a CascadeContainer. */
        class CascadeContainer {

            /**
             * Constructs a new CascadeContainer.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.CascadeContainer.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** CascadeContainer id. */
            id: string;

            /** CascadeContainer name. */
            name: string;

            /** CascadeContainer fate. */
            fate: string;

            /** CascadeContainer processes. */
            processes: number;

            /** CascadeContainer exit. */
            exit?: (podtree.v1.Exit.$Properties|null);

            /** CascadeContainer endedAfterMs. */
            endedAfterMs?: (number|null);

            /** CascadeContainer endedBy. */
            endedBy?: (podtree.v1.Ancestor.$Properties|null);

            /**
             * Encodes the specified CascadeContainer message. Does not implicitly {@link podtree.v1.CascadeContainer.verify|verify} messages.
             * @param message CascadeContainer message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.CascadeContainer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a CascadeContainer message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.CascadeContainer & podtree.v1.CascadeContainer.$Shape} CascadeContainer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.CascadeContainer & podtree.v1.CascadeContainer.$Shape;
        }

        namespace CascadeContainer {

            /** Properties of a CascadeContainer. */
            interface $Properties {

                /** CascadeContainer id */
                id?: (string|null);

                /** CascadeContainer name */
                name?: (string|null);

                /** CascadeContainer fate */
                fate?: (string|null);

                /** CascadeContainer processes */
                processes?: (number|null);

                /** CascadeContainer exit */
                exit?: (podtree.v1.Exit.$Properties|null);

                /** CascadeContainer endedAfterMs */
                endedAfterMs?: (number|null);

                /** CascadeContainer endedBy */
                endedBy?: (podtree.v1.Ancestor.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a CascadeContainer. */
            type $Shape = podtree.v1.CascadeContainer.$Properties;
        }

        /**
         * Properties of a Cascade.
         * @deprecated Use podtree.v1.Cascade.$Properties instead.
         */
        interface ICascade extends podtree.v1.Cascade.$Properties {
        }

        /** Represents a Cascade. */
        class Cascade {

            /**
             * Constructs a new Cascade.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Cascade.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Cascade containers. */
            containers: podtree.v1.CascadeContainer.$Properties[];

            /** Cascade containerCount. */
            containerCount: number;

            /** Cascade processes. */
            processes: number;

            /** Cascade leaked. */
            leaked: string[];

            /**
             * Encodes the specified Cascade message. Does not implicitly {@link podtree.v1.Cascade.verify|verify} messages.
             * @param message Cascade message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Cascade.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Cascade message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Cascade & podtree.v1.Cascade.$Shape} Cascade
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Cascade & podtree.v1.Cascade.$Shape;
        }

        namespace Cascade {

            /** Properties of a Cascade. */
            interface $Properties {

                /** Cascade containers */
                containers?: (podtree.v1.CascadeContainer.$Properties[]|null);

                /** Cascade containerCount */
                containerCount?: (number|null);

                /** Cascade processes */
                processes?: (number|null);

                /** Cascade leaked */
                leaked?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Cascade. */
            type $Shape = podtree.v1.Cascade.$Properties;
        }

        /**
         * Properties of a ReturnedContainer.
         * @deprecated Use podtree.v1.ReturnedContainer.$Properties instead.
         */
        interface IReturnedContainer extends podtree.v1.ReturnedContainer.$Properties {
        }

        /** Represents a ReturnedContainer. */
        class ReturnedContainer {

            /**
             * Constructs a new ReturnedContainer.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.ReturnedContainer.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ReturnedContainer id. */
            id: string;

            /** ReturnedContainer name. */
            name: string;

            /** ReturnedContainer afterMs. */
            afterMs?: (number|null);

            /**
             * Encodes the specified ReturnedContainer message. Does not implicitly {@link podtree.v1.ReturnedContainer.verify|verify} messages.
             * @param message ReturnedContainer message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.ReturnedContainer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a ReturnedContainer message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.ReturnedContainer & podtree.v1.ReturnedContainer.$Shape} ReturnedContainer
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.ReturnedContainer & podtree.v1.ReturnedContainer.$Shape;
        }

        namespace ReturnedContainer {

            /** Properties of a ReturnedContainer. */
            interface $Properties {

                /** ReturnedContainer id */
                id?: (string|null);

                /** ReturnedContainer name */
                name?: (string|null);

                /** ReturnedContainer afterMs */
                afterMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a ReturnedContainer. */
            type $Shape = podtree.v1.ReturnedContainer.$Properties;
        }

        /**
         * Properties of an Alert.
         * @deprecated Use podtree.v1.Alert.$Properties instead.
         */
        interface IAlert extends podtree.v1.Alert.$Properties {
        }

        /** Represents an Alert. */
        class Alert {

            /**
             * Constructs a new Alert.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Alert.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Alert name. */
            name: string;

            /** Alert severity. */
            severity: string;

            /** Alert since. */
            since: string;

            /** Alert last. */
            last: string;

            /** Alert summary. */
            summary: string;

            /** Alert count. */
            count: number;

            /** Alert incident. */
            incident: string;

            /** Alert members. */
            members: podtree.v1.PodRef.$Properties[];

            /** Alert memberCount. */
            memberCount: number;

            /**
             * Encodes the specified Alert message. Does not implicitly {@link podtree.v1.Alert.verify|verify} messages.
             * @param message Alert message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Alert.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Alert message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Alert & podtree.v1.Alert.$Shape} Alert
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Alert & podtree.v1.Alert.$Shape;
        }

        namespace Alert {

            /** Properties of an Alert. */
            interface $Properties {

                /** Alert name */
                name?: (string|null);

                /** Alert severity */
                severity?: (string|null);

                /** Alert since */
                since?: (string|null);

                /** Alert last */
                last?: (string|null);

                /** Alert summary */
                summary?: (string|null);

                /** Alert count */
                count?: (number|null);

                /** Alert incident */
                incident?: (string|null);

                /** Alert members */
                members?: (podtree.v1.PodRef.$Properties[]|null);

                /** Alert memberCount */
                memberCount?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Alert. */
            type $Shape = podtree.v1.Alert.$Properties;
        }

        /**
         * Properties of an Event.
         * @deprecated Use podtree.v1.Event.$Properties instead.
         */
        interface IEvent extends podtree.v1.Event.$Properties {
        }

        /** Represents an Event. */
        class Event {

            /**
             * Constructs a new Event.
             * @param [properties] Properties to set
             */
            constructor(properties?: podtree.v1.Event.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Event id. */
            id: string;

            /** Event revision. */
            revision: number;

            /** Event time. */
            time: string;

            /** Event node. */
            node: string;

            /** Event type. */
            type: string;

            /** Event source. */
            source: string;

            /** Event attribution. */
            attribution?: (string|null);

            /** Event pod. */
            pod?: (podtree.v1.PodRef.$Properties|null);

            /** Event sandbox. */
            sandbox?: (podtree.v1.SandboxRef.$Properties|null);

            /** Event container. */
            container?: (podtree.v1.ContainerRef.$Properties|null);

            /** Event process. */
            process?: (podtree.v1.Process.$Properties|null);

            /** Event exit. */
            exit?: (podtree.v1.Exit.$Properties|null);

            /** Event namespaces. */
            namespaces: podtree.v1.NamespaceRef.$Properties[];

            /** Event owner. */
            owner?: (podtree.v1.PodRef.$Properties|null);

            /** Event by. */
            by?: (string|null);

            /** Event cause. */
            cause?: (podtree.v1.Cause.$Properties|null);

            /** Event oldSandbox. */
            oldSandbox?: (podtree.v1.SandboxRef.$Properties|null);

            /** Event newSandbox. */
            newSandbox?: (podtree.v1.SandboxRef.$Properties|null);

            /** Event ipBefore. */
            ipBefore?: (string|null);

            /** Event ipAfter. */
            ipAfter?: (string|null);

            /** Event sandboxOutageMs. */
            sandboxOutageMs?: (number|null);

            /** Event outageMs. */
            outageMs?: (number|null);

            /** Event containersRestarted. */
            containersRestarted?: (number|null);

            /** Event complete. */
            complete?: (boolean|null);

            /** Event stage. */
            stage?: (string|null);

            /** Event lost. */
            lost?: (number|null);

            /** Event reason. */
            reason?: (string|null);

            /** Event cascade. */
            cascade?: (podtree.v1.Cascade.$Properties|null);

            /** Event returned. */
            returned: podtree.v1.ReturnedContainer.$Properties[];

            /** Event alert. */
            alert?: (podtree.v1.Alert.$Properties|null);

            /**
             * Encodes the specified Event message. Does not implicitly {@link podtree.v1.Event.verify|verify} messages.
             * @param message Event message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: podtree.v1.Event.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Event message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {podtree.v1.Event & podtree.v1.Event.$Shape} Event
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): podtree.v1.Event & podtree.v1.Event.$Shape;
        }

        namespace Event {

            /** Properties of an Event. */
            interface $Properties {

                /** Event id */
                id?: (string|null);

                /** Event revision */
                revision?: (number|null);

                /** Event time */
                time?: (string|null);

                /** Event node */
                node?: (string|null);

                /** Event type */
                type?: (string|null);

                /** Event source */
                source?: (string|null);

                /** Event attribution */
                attribution?: (string|null);

                /** Event pod */
                pod?: (podtree.v1.PodRef.$Properties|null);

                /** Event sandbox */
                sandbox?: (podtree.v1.SandboxRef.$Properties|null);

                /** Event container */
                container?: (podtree.v1.ContainerRef.$Properties|null);

                /** Event process */
                process?: (podtree.v1.Process.$Properties|null);

                /** Event exit */
                exit?: (podtree.v1.Exit.$Properties|null);

                /** Event namespaces */
                namespaces?: (podtree.v1.NamespaceRef.$Properties[]|null);

                /** Event owner */
                owner?: (podtree.v1.PodRef.$Properties|null);

                /** Event by */
                by?: (string|null);

                /** Event cause */
                cause?: (podtree.v1.Cause.$Properties|null);

                /** Event oldSandbox */
                oldSandbox?: (podtree.v1.SandboxRef.$Properties|null);

                /** Event newSandbox */
                newSandbox?: (podtree.v1.SandboxRef.$Properties|null);

                /** Event ipBefore */
                ipBefore?: (string|null);

                /** Event ipAfter */
                ipAfter?: (string|null);

                /** Event sandboxOutageMs */
                sandboxOutageMs?: (number|null);

                /** Event outageMs */
                outageMs?: (number|null);

                /** Event containersRestarted */
                containersRestarted?: (number|null);

                /** Event complete */
                complete?: (boolean|null);

                /** Event stage */
                stage?: (string|null);

                /** Event lost */
                lost?: (number|null);

                /** Event reason */
                reason?: (string|null);

                /** Event cascade */
                cascade?: (podtree.v1.Cascade.$Properties|null);

                /** Event returned */
                returned?: (podtree.v1.ReturnedContainer.$Properties[]|null);

                /** Event alert */
                alert?: (podtree.v1.Alert.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Event. */
            type $Shape = podtree.v1.Event.$Properties;
        }
    }
}
