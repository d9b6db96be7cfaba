export const Client: undefined
export const credentials: undefined
export const Metadata: undefined
export const status: undefined
