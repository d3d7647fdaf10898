// What the page knows beforehand of the app that it is a workspace for.

export const COMMANDS = [
  ["/transactions", "open the form"],
  ["/transactions sample 3", "submit three random payments"],
  ["/transactions status", "what is waiting"],
  ["/transactions help", "how it works"],
];

export const SHORTCUTS = [["review_message", "Review these transactions"]];

/** What each person is there for. */
export const ROLES = { U_REQUESTER: "submits", U_REVIEWER: "approves", U_SECOND: "approves", U_OUTSIDER: "outsider" };
export const APPROVERS = ["U_REVIEWER", "U_SECOND"];
export const CHANNEL = "C_FINANCE";

/** Three payments of which one needs a decision. */
export const SAMPLE = `1850 USD | Meridian Cloud Hosting | Hosting for May
12400 USD | Tallgrass Consulting | Workshop for the sales team
420 USD | Brightleaf Catering | Lunch on the planning day`;

export const SAMPLE_FILE = ["payments.csv", `date,vendor,amount,currency,memo
2026-05-04,Lumen Office Furniture,3120.00,USD,Standing desks for the new floor
2026-05-04,Old Mill Logistics,26300.00,USD,Freight for the spring fair
2026-05-05,Quill & Sons Printing,84.50,USD,Business cards
2026-05-06,Northwind Couriers,10400.00,USD,Courier runs of the quarter
`];

export const STORY = [
  "A finance team pays bills all day. Nearly all are routine; a few are not. A bot that waves everything through is quick and dangerous, and one that asks about everything is soon ignored.",
  "So the bot judges by a written policy. It approves what is routine by itself, and stops before what is not: there a person decides, and what that person says is a turn of the conversation like any other.",
  "In the story it was started from, three payments come in: $1,500 to Unicorn LLC, $12,000 to Acme Corp, $4,000 to CyberSins Ltd. One is too large to go by itself. The person approves it, the bot sums up, and “exit” ends the run.",
  "Here whoever submitted a payment never decides on it: ana submits, ben or chi decide, and dov may only look on.",
];

export const STORY_PAYMENTS = `Transaction: $1500 to Unicorn LLC. Memo: Quarterly supplies.
Transaction: $12000 to Acme Corp. Memo: Reimbursement.
Transaction: $4000 to CyberSins Ltd. Memo: Routine payment.`;

/** What stands behind a request or a call, for whoever wants to learn how the app works. */
export const MEANING = {
  commands: "stored first, then acknowledged",
  interactive: "stored first, then acknowledged",
  message: "told of every message, its own too",
  app_mention: "stored first, then acknowledged",
  file_shared: "a job fetches the file and reads it",
  app_home_opened: "asks for the Home tab",
  "chat.postMessage": "a job posts what is stored",
  "chat.update": "a job draws the message anew from what is stored",
  "chat.postEphemeral": "an answer for one person only",
  "views.open": "a form for the person who asked",
  "views.update": "the form changes",
  "views.publish": "the Home tab is drawn from what is stored",
  "files.info": "where the file is",
};
