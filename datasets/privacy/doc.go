// Package privacy keeps promises about the people in a data set. Guard wraps a
// source so that nothing downstream sees a row past its retention, of an erased
// user, or of a user who did not agree to the purpose; and, with a key, so that
// nothing downstream sees a user's id but only its pseudonym.
//
// With pseudonyms, the ids of users and events are replaced, the texts of a row
// that repeat its own user's id are emptied, and rejects lose their values. What
// else a row says passes: occupation, age, gender, region and signup time of a
// user, and everything about items, partners and trends. Lecturers are not users.
// Names of files pass too: a folder must not be named after a user.
//
// A Receipt testifies to what was erased.
package privacy
