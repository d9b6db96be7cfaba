type Registered<Route extends string> = Route extends `${infer Before}{${infer Name}}${infer Rest}`
  ? `${Before}:${Name}${Registered<Rest>}`
  : Route

/** A route of the protocol as Hono registers it: `/v1/jobs/{id}` is `/v1/jobs/:id`. */
export const registered = <Route extends string>(route: Route): Registered<Route> =>
  route.replace(/\{(\w+)\}/g, ':$1') as Registered<Route>
