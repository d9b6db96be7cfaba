/** How a protobuf field's values are written; another descriptor is a message. */
export type FieldType = 'string' | 'bytes' | 'int64' | 'bool' | 'float' | 'double' | Descriptor

/** A field of a message: [number, type], and `repeated` for a list. */
export type Field = readonly [number: number, type: FieldType, repeated?: 'repeated']

/** A protobuf message, as data: what a `.proto` file says. */
export interface Descriptor {
  readonly [field: string]: Field
}

type Single<T extends FieldType> = T extends 'string'
  ? string
  : T extends 'bytes'
    ? Uint8Array
    : T extends 'bool'
      ? boolean
      : T extends 'int64' | 'float' | 'double'
        ? number
        : T extends Descriptor
          ? Message<T>
          : never

/** The values of a message; proto3's defaults stand in for what is absent. */
export type Message<D extends Descriptor> = {
  readonly [F in keyof D]: D[F][2] extends 'repeated' ? readonly Single<D[F][1]>[] : Single<D[F][1]>
}
