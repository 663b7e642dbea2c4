import { goTo } from '../router.ts'
import { PageLink } from '../ui/PageLink.tsx'

export const NoPage = () => (
  <main className="alone">
    <h1>There is no such page</h1>
    <p>
      <PageLink to="/" go={goTo}>
        All orders
      </PageLink>
    </p>
  </main>
)
