// Reads the few kernel types that the probes depend on from the kernel's own BTF. Knows structs and enums, nothing else.

export interface KernelField {
  /** From the start of the outermost struct, bytes. */
  readonly offsetBytes: number;
  /** True when the field is a plain integer (through typedefs and qualifiers), and so can be printed. */
  readonly isInteger: boolean;
}

export interface KernelStruct {
  readonly sizeBytes: number;
  /** Fields by name, those of anonymous members included, as in C. */
  readonly fields: ReadonlyMap<string, KernelField>;
}

export interface KernelTypes {
  struct(name: string): KernelStruct | undefined;
  /** The value of an enumerator, as `pids_cgrp_id` of `enum cgroup_subsys_id`. */
  enumerator(enumName: string, name: string): number | undefined;
}

const MAGIC = 0xeb9f;
// include/uapi/linux/btf.h
const KIND = {
  INT: 1,
  ARRAY: 3,
  STRUCT: 4,
  UNION: 5,
  ENUM: 6,
  TYPEDEF: 8,
  VOLATILE: 9,
  CONST: 10,
  FUNC_PROTO: 13,
  VAR: 14,
  DATASEC: 15,
  DECL_TAG: 17,
  ENUM64: 19,
};

/** Throws a plain Error when the bytes are not BTF of this machine's byte order. */
export function readKernelTypes(btf: Buffer): KernelTypes {
  if (btf.length < 24 || btf.readUInt16LE(0) !== MAGIC) throw new Error('not BTF in little-endian byte order');
  const headerLength = btf.readUInt32LE(4);
  const typesStart = headerLength + btf.readUInt32LE(8);
  const typesEnd = typesStart + btf.readUInt32LE(12);
  const stringsStart = headerLength + btf.readUInt32LE(16);
  if (typesEnd > btf.length || stringsStart > btf.length) throw new Error('BTF ends early');

  const nameAt = (offset: number): string => {
    const start = stringsStart + offset;
    return btf.toString('latin1', start, btf.indexOf(0, start));
  };
  const kindAt = (at: number): number => (btf.readUInt32LE(at + 4) >>> 24) & 0x1f;
  const countAt = (at: number): number => btf.readUInt32LE(at + 4) & 0xffff;

  // Type ids start at 1; 0 is void.
  const places: number[] = [0];
  for (let at = typesStart; at + 12 <= typesEnd; at += 12 + trailerLength(kindAt(at), countAt(at))) places.push(at);

  const placeOf = (kind: number, name: string): number | undefined =>
    places.find((at, id) => id > 0 && kindAt(at) === kind && nameAt(btf.readUInt32LE(at)) === name);

  const isInteger = (id: number): boolean => {
    let at = places[id];
    for (let depth = 0; at !== undefined && at > 0 && depth < 16; depth++) {
      const kind = kindAt(at);
      if (kind === KIND.INT) return true;
      if (kind !== KIND.TYPEDEF && kind !== KIND.VOLATILE && kind !== KIND.CONST) return false;
      at = places[btf.readUInt32LE(at + 8)];
    }
    return false;
  };

  const collect = (at: number, baseBytes: number, into: Map<string, KernelField>, depth: number): void => {
    const hasBitfields = btf.readUInt32LE(at + 4) >>> 31 === 1;
    for (let i = 0; i < countAt(at); i++) {
      const member = at + 12 + i * 12;
      const name = nameAt(btf.readUInt32LE(member));
      const typeId = btf.readUInt32LE(member + 4);
      const rawOffset = btf.readUInt32LE(member + 8);
      const offsetBytes = baseBytes + ((hasBitfields ? rawOffset & 0xffffff : rawOffset) >>> 3);
      const inner = places[typeId];
      if (name !== '') into.set(name, { offsetBytes, isInteger: isInteger(typeId) });
      else if (inner !== undefined && inner > 0 && depth < 8 && (kindAt(inner) === KIND.STRUCT || kindAt(inner) === KIND.UNION))
        collect(inner, offsetBytes, into, depth + 1);
    }
  };

  return {
    struct(name) {
      const at = placeOf(KIND.STRUCT, name);
      if (at === undefined) return undefined;
      const fields = new Map<string, KernelField>();
      collect(at, 0, fields, 0);
      return { sizeBytes: btf.readUInt32LE(at + 8), fields };
    },
    enumerator(enumName, name) {
      const at = placeOf(KIND.ENUM, enumName);
      if (at === undefined) return undefined;
      for (let i = 0; i < countAt(at); i++) {
        if (nameAt(btf.readUInt32LE(at + 12 + i * 8)) === name) return btf.readInt32LE(at + 16 + i * 8);
      }
      return undefined;
    },
  };
}

function trailerLength(kind: number, count: number): number {
  switch (kind) {
    case KIND.INT:
    case KIND.VAR:
    case KIND.DECL_TAG:
      return 4;
    case KIND.ARRAY:
      return 12;
    case KIND.STRUCT:
    case KIND.UNION:
    case KIND.DATASEC:
    case KIND.ENUM64:
      return 12 * count;
    case KIND.ENUM:
    case KIND.FUNC_PROTO:
      return 8 * count;
    default:
      return 0;
  }
}
