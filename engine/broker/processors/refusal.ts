/** Upstream: FAQUrl.suggestTodo, behind texts that a user can do something about. */
export const FAQ = "\nSee https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.";
