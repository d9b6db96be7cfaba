/** `<lora:film:0.7>` and its kind. */
const network = /<(\w+):([^>]+)>/g

/**
 * A prompt without the extra networks that AUTOMATIC1111 takes out of it (`<lora:NAME:WEIGHT>`, `<hypernet:…>`, `<lyco:…>`), and
 * their names. They are no words there, whether or not they are found.
 *
 * Source: stable-diffusion-webui, modules/extra_networks.py, parse_prompt.
 */
export function withoutNetworks(prompt: string): { readonly text: string; readonly networks: readonly string[] } {
  const networks: string[] = []
  const text = prompt.replaceAll(network, (found) => {
    networks.push(found)
    return ''
  })
  return { text, networks }
}
