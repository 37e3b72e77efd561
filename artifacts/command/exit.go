// Package command is what the programs have in common at their edge: flags whose
// faults are all named at once, and exit codes.
package command

// Exit codes of every program.
const (
	Done             = 0
	Failed           = 1 // none of the others
	BadUsage         = 2 // flags or configuration; every fault is named
	BadData          = 3 // the data cannot be used
	StoreUnreachable = 4 // nothing was changed in the store
)
