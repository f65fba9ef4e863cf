/** Told once: with all responses, or with an error and those that came in time. */
export type ResponsesCallback<Responses> = (error: Error | null, responses: Responses) => void;

/**
 * Makes a promise of what is told to a callback.
 *
 * @param ask called at once; what it throws rejects the promise
 * @returns rejects with the error, which then has the responses that came in time as `responses`
 */
export function collectResponses<Responses>(ask: (callback: ResponsesCallback<Responses>) => void): Promise<Responses> {
  return new Promise((resolve, reject) => {
    ask((error, responses) => {
      if (error === null) resolve(responses);
      else reject(Object.assign(error, { responses }));
    });
  });
}
