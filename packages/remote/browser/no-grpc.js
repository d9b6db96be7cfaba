// What '#grpc-js' is where there is no gRPC.
export const Client = undefined
export const credentials = undefined
export const Metadata = undefined
export const status = undefined
