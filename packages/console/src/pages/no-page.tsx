import { link } from '../frame/route.ts'

export function NoPage() {
  return (
    <>
      <h1>There is no such page</h1>
      <p>
        The address may be mistyped. <a href={link('overview')}>Go to the overview</a>.
      </p>
    </>
  )
}
