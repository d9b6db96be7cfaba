import { type Pixels, pictureTexts, type RunRecord } from '@neg/core'
import { encodePng } from '@neg/web'

/** A picture as a PNG that carries its record. */
export const recordPng = (record: RunRecord, image: Pixels): Promise<Blob> => encodePng(image, pictureTexts(record))
