import { Painter } from './painter'

export default function Page() {
  return (
    <main>
      <h1>A woman without glasses</h1>
      <Painter />
    </main>
  )
}
