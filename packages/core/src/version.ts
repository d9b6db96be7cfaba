/** Of this package; it stands in every record. */
export const version = '0.1.0'
