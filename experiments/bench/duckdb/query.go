package main

import "strings"

// columns are the columns of events in their order in a CSV file.
const columns = `{
	event_id: 'VARCHAR', ts: 'TIMESTAMP', user_id: 'VARCHAR', item_id: 'VARCHAR', type: 'VARCHAR',
	seconds: 'DECIMAL(18,3)', progress: 'DECIMAL(9,4)', rating: 'DECIMAL(9,2)', amount: 'DECIMAL(18,2)',
	currency: 'VARCHAR', plan: 'VARCHAR', channel: 'VARCHAR', received_at: 'TIMESTAMP'
}`

// tables read events.FORMAT, whose quoted path is the argument. Columns and types
// are said, so that nothing is spent on finding them out; of JSON and Parquet,
// DuckDB reads the columns that a query names and no other.
var tables = map[string]string{
	"jsonl":   "read_json(%s, format = 'newline_delimited', columns = " + columns + ")",
	"csv":     "read_csv(%s, auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', columns = " + columns + ")",
	"parquet": "read_parquet(%s)",
}

// queries fold the table that is the argument. Whatever they fold they add up
// inside DuckDB, so that no rows cross into Go.
var queries = map[string]string{
	// One aggregate a user: its events, its time, its latest event.
	"read": `
WITH users AS (
	SELECT user_id, count(*) AS n, sum(seconds) AS seconds, max(ts) AS last
	FROM %s
	GROUP BY user_id)
SELECT 'DuckDB ' || version(), sum(n)::BIGINT, count(*), 0::BIGINT, round(sum(seconds) * 1000)::BIGINT, epoch_ms(max(last)), 0::UBIGINT
FROM users`,

	// The events without those whose event_id came before, folded by user and item
	// into what profile.Touch holds, and that by user into what profile.User does.
	"ingest": `
WITH events AS (
	SELECT DISTINCT ON (event_id) * FROM %s),
touches AS (
	SELECT user_id, item_id, count(*) AS n,
		count(*) FILTER (type = 'view') AS views,
		count(*) FILTER (type = 'watch') AS watches,
		count(*) FILTER (type = 'progress') AS progresses,
		count(*) FILTER (type = 'complete') AS completes,
		count(*) FILTER (type = 'rating') AS ratings,
		count(*) FILTER (type = 'purchase') AS purchases,
		count(*) FILTER (type = 'refund') AS refunds,
		count(*) FILTER (type = 'comment') AS comments,
		count(*) FILTER (type = 'like') AS likes,
		count(*) FILTER (type = 'favourite') AS favourites,
		count(*) FILTER (type = 'share') AS shares,
		count(*) FILTER (type = 'search') AS searches,
		count(*) FILTER (type = 'dismiss') AS dismissals,
		count(*) FILTER (type = 'purchase' AND plan = 'subscription') AS subscriptions,
		count(*) FILTER (type = 'purchase' AND plan = 'single') AS singles,
		sum(seconds) AS seconds, max(progress) AS progress, sum(rating) AS rating,
		sum(amount) FILTER (type = 'purchase') AS amount,
		sum(amount) FILTER (type = 'refund') AS refunded,
		min(ts) AS first, max(ts) AS last
	FROM events
	GROUP BY user_id, item_id),
users AS (
	SELECT user_id, sum(n) AS n, count(item_id) AS items,
		sum(views) AS views, sum(watches) AS watches, sum(progresses) AS progresses, sum(completes) AS completes,
		sum(ratings) AS ratings, sum(purchases) AS purchases, sum(refunds) AS refunds, sum(comments) AS comments,
		sum(likes) AS likes, sum(favourites) AS favourites, sum(shares) AS shares, sum(searches) AS searches,
		sum(dismissals) AS dismissals, sum(subscriptions) AS subscriptions, sum(singles) AS singles,
		sum(seconds) AS seconds, sum(rating) AS rating, sum(amount) AS amount, sum(refunded) AS refunded,
		min(first) AS first, max(last) AS last
	FROM touches
	GROUP BY user_id)
SELECT 'DuckDB ' || version(), sum(n)::BIGINT, count(*), sum(items)::BIGINT, round(sum(seconds) * 1000)::BIGINT, epoch_ms(max(last)), bit_xor(hash(users))
FROM users`,
}

// quote makes a text a literal of SQL.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
