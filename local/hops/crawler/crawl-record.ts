/** What is kept of a crawl: when it began, how it ended, and what it changed in the catalog. */

export type Summary = {
  tablesCreated: number;
  tablesUpdated: number;
  tablesDeleted: number;
  partitionsCreated: number;
  partitionsUpdated: number;
  partitionsDeleted: number;
};

export type Ending =
  | { status: 'SUCCEEDED'; summary: Summary; warning: string | null }
  | { status: 'CANCELLED' }
  | { status: 'FAILED'; message: string };

export type Crawl = { id: string; startedAt: number };

export type LastCrawl = Crawl & { endedAt: number; ending: Ending };
