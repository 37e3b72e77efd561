// Package intake takes events in while a model is served: it keeps them in a log
// that training reads, and remembers what users did lately for their next answers.
//
// # The log
//
// Log writes the table events of a canonical data set, as package eventlog reads
// it: DIR/events/NUMBER-START.jsonl, one JSON object a line, beside which the
// tables items and users of DIR may lie. Append returns when its events are on
// disk, many calls sharing one write and one fsync.
//
// A segment is a file that only grows, and never again once the next one is
// begun: by size, by age, after a failed write and at every start. Finished
// segments may be moved away, compressed or deleted at any time; ids in them are
// then no longer known (see below). The numbers of segments grow, whatever the
// clock does.
//
// What is acknowledged survives the death of the process and, as far as the disk
// keeps what it says it has, of the machine. What was being written at that time
// is either there as whole lines, or cut off at the next start: from behind the
// last whole line to the end it is moved to DIR/events/.torn-SEGMENT-OFFSET, a
// name that no reader of data sets looks at.
//
// A write that fails is taken back, so that no half line stands before the next
// one. After a failed fsync nobody knows what the file holds: it is not used
// again, and the events are written to a new segment. If it cannot even be cut
// back the events may stand in both, which readers count as duplicates.
//
// # Each event once
//
// An event is named by its id, whoever sent it. One whose id stood before is
// acknowledged as code.Duplicate and not written again, if it says the same; if
// it says something else it is refused as code.DuplicateConflict and the first
// stays, as in training. The time of receipt and a time that the server filled in
// are not compared. The log knows at least the last Options.Window ids, at most
// twice as many, across restarts; an id from before is written again, and left
// out by training. Ids are compared by 128 bits of their SHA-256. Events without
// an id get one and are never duplicates.
//
// # People
//
// The log holds user ids as they were sent: training makes pseudonyms of them as
// it reads, drops who is to be erased and those who did not consent. Folders that
// are made here have the rights 0700, files 0600. No error and no name of a file
// holds any part of an event.
package intake
