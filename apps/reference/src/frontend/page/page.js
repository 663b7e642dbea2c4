const part = (name) => document.querySelector(`[data-testid="${name}"]`)
const byId = (id) => document.getElementById(id)

/** Everything a person must know is said on the page; nothing is left to the browser's console. */
function say(sentence) {
  part('trouble').textContent = sentence
  part('trouble').hidden = sentence === ''
}

async function call(config, path, body) {
  const options = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  let response
  try {
    response = await fetch(config.apiUrl + path, { credentials: 'include', signal: AbortSignal.timeout(15_000), ...options })
  } catch {
    throw new Error('The backend does not answer. Check your connection and try again.')
  }
  const answer = await response.json().catch(() => ({}))
  if (response.ok) return answer
  throw Object.assign(new Error(answer.message ?? `The backend answered ${response.status}.`), { status: response.status })
}

/** Runs what a form asks for, with its button off meanwhile; a session that has ended leads back to the sign-in. */
function onSubmit(form, work) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const button = form.querySelector('button')
    button.disabled = true
    say('')
    await work().catch((error) => (error.status === 401 ? location.reload() : say(error.message)))
    button.disabled = false
  })
}

function showNotes(notes) {
  const items = notes.map(({ text, author, createdAt }) => {
    const item = document.createElement('li')
    const about = document.createElement('small')
    about.textContent = `${author}, ${new Date(createdAt).toLocaleString()}`
    item.append(text, about)
    return item
  })
  part('notes').replaceChildren(...items)
}

async function showPerson(config, person) {
  part('person').textContent = person.email || person.subject
  part('role').textContent = person.role
  part('tenant').textContent = person.tenant
  byId('signed-in').hidden = false

  onSubmit(byId('ask'), async () => {
    part('ask-answer').textContent = ''
    part('ask-answer').textContent = (await call(config, '/api/ask', { prompt: byId('prompt').value })).answer
  })
  onSubmit(byId('add-note'), async () => {
    await call(config, '/api/notes', { text: byId('note-text').value })
    byId('note-text').value = ''
    showNotes((await call(config, '/api/notes')).notes)
  })
  byId('sign-out').addEventListener('click', async () => {
    await fetch(config.logoutUrl, { method: 'POST', credentials: 'include' }).then(
      () => location.reload(),
      () => say('You could not be signed out. Try again.'),
    )
  })
  showNotes((await call(config, '/api/notes')).notes)
}

async function showBackend(config) {
  const status = part('backend-status')
  const state = await fetch(`${config.apiUrl}/health`, { signal: AbortSignal.timeout(10_000) }).then(
    async (response) => (await response.json()).status,
    () => 'unreachable',
  )
  status.dataset.state = state
  status.textContent = `backend: ${state}`
}

async function open() {
  const config = await (await fetch('/config.json')).json()
  part('release').textContent = `Release ${config.release}`
  part('tenant').textContent = config.tenant
  byId('sign-in').href = config.loginUrl
  void showBackend(config)
  try {
    await showPerson(config, await call(config, '/api/me'))
  } catch (error) {
    if (error.status !== 401) throw error
    byId('signed-out').hidden = false
  }
}

open().catch((error) => say(error.message || 'This page could not be opened. Try again soon.'))
