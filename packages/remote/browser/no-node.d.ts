export const nodeFiles: undefined
export const nodeSessions: undefined
