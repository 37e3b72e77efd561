package main

import (
	"context"
	"log/slog"
	"time"

	"curio/serve/intake"
)

// openEvents opens the log that POST /v1/events writes, and reads what users did lately
// from it.
func openEvents(ctx context.Context, c config, log *slog.Logger) (*intake.Log, *intake.Recent, error) {
	recent, err := intake.NewRecent(intake.RecentOptions{})
	if err != nil {
		return nil, nil, err
	}
	events, err := intake.Open(ctx, c.EventLog, intake.Options{Clock: time.Now, NewID: newID, Recent: recent})
	if err != nil {
		return nil, nil, err
	}
	log.Info("keeping events", "folder", c.EventLog, "recent_users", recent.Stats().Users)
	return events, recent, nil
}

// closeEvents writes what is queued, for as long as requests may take to finish.
func closeEvents(events *intake.Log, drain time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), max(drain, time.Second))
	defer cancel()
	return events.Close(ctx)
}
