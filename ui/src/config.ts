/** Where things are: read once from `/config.json`, which the deployment writes beside the page. */

export interface Config {
  region: string;
  clientId: string;
  cognitoUrl: string;
}

/** Return the configuration of this deployment. */
export async function readConfig(): Promise<Config> {
  const answer = await fetch("/config.json", { cache: "no-cache" });
  if (!answer.ok) throw new Error(`/config.json answered ${answer.status}`);
  const given = (await answer.json()) as Partial<Config>;
  const region = given.region ?? "";
  if (!given.clientId) throw new Error("/config.json names no clientId");
  return {
    region,
    clientId: given.clientId,
    cognitoUrl: given.cognitoUrl || `https://cognito-idp.${region}.amazonaws.com`,
  };
}
