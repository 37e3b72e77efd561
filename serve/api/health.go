package api

import "net/http"

// Health is the answer of the health routes.
type Health struct {
	Envelope
	Status string `json:"status"`
}

// isLive answers 200 as long as the process answers at all.
func (a *API) isLive(k *call) (answer, *Problem) {
	return &Health{Status: "live"}, nil
}

// isReady answers 200 while there is a model in service.
func (a *API) isReady(k *call) (answer, *Problem) {
	if k.model == nil {
		return nil, a.notReady()
	}
	return &Health{Status: "ready"}, nil
}

func (a *API) notReady() *Problem {
	s := a.o.Models.Status()
	why := s.Error
	if why == "" {
		why = "it has not been loaded yet"
	}
	return problem(http.StatusServiceUnavailable, "no_model", "there is no model in service for the alias %q: %s", s.Alias, why)
}
