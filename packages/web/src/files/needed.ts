/** Networks that only some runs need: image to image, ControlNets, classifier guidance, judging. They are fetched when first used. */
const optional = /^(vae_encoder|controlnet(_[^/]+)?|latent_classifier|image_classifier)\//

/** Whether every run needs a file. */
export const isNeeded = (path: string): boolean => !optional.test(path)
