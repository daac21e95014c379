// Talks to the server: the state, the acts, and the stream of changes.

export class NotDone extends Error {}

export async function getState(user) {
  const answer = await fetch(`/page-api/state?user=${encodeURIComponent(user)}`).catch(() => null);
  if (!answer?.ok) throw new NotDone("The local Slack did not answer.");
  return answer.json();
}

// Resolves with the outcome; throws NotDone only where the server could not be asked.
export async function act(name, body) {
  let answer;
  try {
    answer = await fetch(`/page-api/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    throw new NotDone("The local Slack cannot be reached. Is it still running?");
  }
}

// Puts a file where an input can take it; resolves with the file as Slack tells of it.
export async function upload(user, file) {
  const query = new URLSearchParams({ user, name: file.name });
  const answer = await fetch(`/page-upload?${query}`, {
    method: "POST",
    headers: { "Content-Type": "application/octet-stream" },
    body: file,
  });
  const said = await answer.json();
  if (!said.ok) throw new NotDone(said.error);
  return said.file;
}

export function onChange(callback, onLost) {
  const source = new EventSource("/page-api/changes");
  source.onmessage = () => callback();
  source.onerror = () => onLost();
  return source;
}

const ERRORS = {
  operation_timeout: "The app did not respond in time.",
  dispatch_failed: "The app could not be reached.",
};

// What was pressed is not there any more: its message changed while the person was deciding.
const GONE = /has no element/;

export function errorWords(outcome) {
  if (GONE.test(outcome.error)) return "This changed while you were deciding, so nothing was done.";
  return ERRORS[outcome.error] ?? `Something went wrong: ${outcome.error}`;
}
