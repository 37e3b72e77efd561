package api

import (
	"fmt"
	"net/http"
	"time"
)

// Health is the answer of the health routes.
type Health struct {
	Envelope
	Status string `json:"status"`
}

// isLive answers 200 as long as the process answers at all.
func (a *API) isLive(k *call, _ *Nothing) (*Health, *Problem) {
	return &Health{Status: "live"}, nil
}

// isReady answers 200 while there is a model in service that is not too old.
func (a *API) isReady(k *call, _ *Nothing) (*Health, *Problem) {
	if a.stopped.Load() {
		return nil, problem(http.StatusServiceUnavailable, "stopping", "the server is about to stop")
	}
	if k.model == nil {
		return nil, a.notReady()
	}
	status := a.o.Models.Status()
	if age := status.Age(k.began); a.o.MaxAge > 0 && age > a.o.MaxAge {
		return nil, problem(http.StatusServiceUnavailable, "model_too_old", "the model in service is %s old, more than %s", age.Round(time.Second), a.o.MaxAge)
	}
	return &Health{Status: "ready"}, nil
}

// Stop makes the server unready for good; it goes on to answer.
func (a *API) Stop() { a.stopped.Store(true) }

func (a *API) notReady() *Problem {
	s := a.o.Models.Status()
	why := s.Error
	if why == "" {
		why = "it has not been loaded yet"
	}
	named := fmt.Sprintf("the alias %q", s.Alias)
	if s.Pin != "" {
		named = "the version " + s.Pin
	}
	return problem(http.StatusServiceUnavailable, "no_model", "there is no model in service for %s: %s", named, why)
}
