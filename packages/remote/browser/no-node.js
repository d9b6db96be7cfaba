// What '#neg-node' is where there is no Node.
export const nodeFiles = undefined
export const nodeSessions = undefined
