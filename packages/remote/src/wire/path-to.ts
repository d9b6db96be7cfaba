type ParameterOf<Route extends string> = Route extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never

/** A route's path with its parameters filled in. */
export const pathTo = <Route extends string>(
  route: Route,
  parameters: Readonly<Record<ParameterOf<Route>, string | number>>,
): string => route.replace(/\{(\w+)\}/g, (_, name: ParameterOf<Route>) => encodeURIComponent(parameters[name]))
