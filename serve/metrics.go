package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"curio/serve/guard"
	"curio/serve/intake"
	"curio/serve/live/exposure"
	"curio/serve/live/shadow"
)

// figure is one number that is read when it is asked for.
type figure struct {
	name, help string
	labels     prometheus.Labels
	total      bool // it only grows
	read       func() float64
}

func (f *figure) collector() prometheus.Collector {
	if f.total {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: f.name, Help: f.help, ConstLabels: f.labels}, f.read)
	}
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: f.name, Help: f.help, ConstLabels: f.labels}, f.read)
}

func collectors(figures []figure) []prometheus.Collector {
	out := make([]prometheus.Collector, len(figures))
	for i := range figures {
		out[i] = figures[i].collector()
	}
	return out
}

// figures tells what the guard of the API refused, and how the files it goes by are.
func (g *guards) figures() []figure {
	refused := func(reason string, read func(*guard.Stats) uint64) figure {
		return figure{"curio_refused_total", "Requests that the guard did not let pass, by reason.", prometheus.Labels{"reason": reason}, true, func() float64 {
			s := g.public.Stats()
			return float64(read(&s))
		}}
	}
	list := []figure{
		refused("unauthorised", func(s *guard.Stats) uint64 { return s.Unauthorised }),
		refused("forbidden", func(s *guard.Stats) uint64 { return s.Forbidden }),
		refused("rate", func(s *guard.Stats) uint64 { return s.Limited }),
		refused("overload", func(s *guard.Stats) uint64 { return s.Shed }),
		refused("page", func(s *guard.Stats) uint64 { return s.Pages }),
		refused("url", func(s *guard.Stats) uint64 { return s.URLs }),
		refused("body", func(s *guard.Stats) uint64 { return s.Bodies }),
		{"curio_requests_in_flight", "Requests that are being answered.", nil, false, func() float64 { return float64(g.public.Stats().InFlight) }},
		{"curio_requests_waiting", "Requests that wait to be answered.", nil, false, func() float64 { return float64(g.public.Stats().Waiting) }},
	}
	broken := func(file string, status func() guard.Status) figure {
		return figure{"curio_file_broken", "1 while a file that the server goes by cannot be used as it is, and what it said before is gone by.", prometheus.Labels{"file": file}, false, func() float64 {
			if status().Err != nil {
				return 1
			}
			return 0
		}}
	}
	if g.keys != nil {
		list = append(list, broken("keys", g.keys.Status),
			figure{"curio_keys", "API keys in use.", nil, false, func() float64 { return float64(g.keys.Status().Count) }})
	}
	if g.tls != nil {
		list = append(list, broken("certificate", g.tls.Status),
			figure{"curio_certificate_expires_timestamp_seconds", "When the certificate ends.", nil, false, func() float64 { return seconds(g.tls.Expires()) }})
	}
	return list
}

var (
	keyRequests = prometheus.NewDesc("curio_key_requests_total", "Requests with an API key, since it was read.", []string{"key", "name"}, nil)
	keyUsed     = prometheus.NewDesc("curio_key_last_used_timestamp_seconds", "When an API key was used last: one that is used no more can go.", []string{"key", "name"}, nil)
)

// keyUses tells how API keys are used, by their ids, which are no secret.
type keyUses struct{ keys *guard.Keys }

// Describe implements prometheus.Collector.
func (k keyUses) Describe(out chan<- *prometheus.Desc) {
	out <- keyRequests
	out <- keyUsed
}

// Collect implements prometheus.Collector.
func (k keyUses) Collect(out chan<- prometheus.Metric) {
	for _, use := range k.keys.Uses() {
		out <- prometheus.MustNewConstMetric(keyRequests, prometheus.CounterValue, float64(use.Requests), use.Key, use.Name)
		if !use.Last.IsZero() {
			out <- prometheus.MustNewConstMetric(keyUsed, prometheus.GaugeValue, seconds(use.Last), use.Key, use.Name)
		}
	}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func intakeFigures(l *intake.Log, r *intake.Recent) []figure {
	of := func(name, help string, total bool, read func(*intake.Stats) int64) figure {
		return figure{name, help, nil, total, func() float64 {
			s := l.Stats()
			return float64(read(&s))
		}}
	}
	return []figure{
		of("curio_events_written_total", "Events that are on disk.", true, func(s *intake.Stats) int64 { return s.Written }),
		of("curio_events_duplicate_total", "Events that had been written before.", true, func(s *intake.Stats) int64 { return s.Duplicates }),
		of("curio_events_failures_total", "Writes of events that failed.", true, func(s *intake.Stats) int64 { return s.Failures }),
		{"curio_events_recent_users", "Users whose recent events are remembered.", nil, false, func() float64 { return float64(r.Stats().Users) }},
	}
}

func shadowFigures(s *shadow.Shadow) []figure {
	of := func(name, help string, read func(*shadow.Stats) float64) figure {
		return figure{name, help, nil, true, func() float64 {
			stats := s.Stats()
			return read(&stats)
		}}
	}
	return []figure{
		of("curio_shadow_compared_total", "Requests that the challenger was asked, too.", func(s *shadow.Stats) float64 { return float64(s.Compared) }),
		of("curio_shadow_dropped_total", "Requests that it had no time for.", func(s *shadow.Stats) float64 { return float64(s.Dropped) }),
		of("curio_shadow_skipped_total", "Requests that it was not asked: there was no challenger, it was the same version, or it knows users by other names.", func(s *shadow.Stats) float64 { return float64(s.Skipped) }),
		of("curio_shadow_failed_total", "Requests that it failed at.", func(s *shadow.Stats) float64 { return float64(s.Failed) }),
		of("curio_shadow_overlap_total", "Shares of the answers' items that both models have, summed over the requests compared.", func(s *shadow.Stats) float64 { return s.Overlap }),
		of("curio_shadow_score_pairs_total", "Items in both answers.", func(s *shadow.Stats) float64 { return float64(s.Pairs) }),
		of("curio_shadow_score_moved_total", "Sizes of the differences of their scores, summed.", func(s *shadow.Stats) float64 { return s.Moved }),
		{"curio_shadow_score_shift", "Mean difference of their scores, challenger less champion.", nil, false, func() float64 {
			stats := s.Stats()
			return stats.Shift / float64(max(1, stats.Pairs))
		}},
	}
}

func exposureFigures(l *exposure.Log) []figure {
	of := func(result string, read func(*exposure.Stats) uint64) figure {
		return figure{"curio_exposures_total", "Records of the exposure log, by what became of them.", prometheus.Labels{"result": result}, true, func() float64 {
			s := l.Stats()
			return float64(read(&s))
		}}
	}
	return []figure{
		of("written", func(s *exposure.Stats) uint64 { return s.Written }),
		of("dropped", func(s *exposure.Stats) uint64 { return s.Dropped }),
		of("failed", func(s *exposure.Stats) uint64 { return s.Failed }),
	}
}
