package main

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/interceptor"
	rtcpreport "github.com/pion/interceptor/pkg/report"
)

// bench is one workload: its participants and what they saw.
type bench struct {
	settings
	mode, room, profile string
	counting            atomic.Bool
	stopped             atomic.Bool
	failed              atomic.Int32

	mu      sync.Mutex
	joinMs  []float64
	members []*lksdk.Room
	streams []*stream
}

func (b *bench) connect(room, identity string, callback *lksdk.RoomCallback, subscribe bool) (*lksdk.Room, error) {
	if callback == nil {
		callback = lksdk.NewRoomCallback()
	}
	options := []lksdk.ConnectOption{lksdk.WithAutoSubscribe(subscribe), lksdk.WithDisableRegionDiscovery()}
	if b.light {
		if reports, err := reportOnly(); err == nil {
			options = append(options, lksdk.WithInterceptors(reports))
		}
	}
	return lksdk.ConnectToRoom(b.url, lksdk.ConnectInfo{
		APIKey: b.key, APISecret: b.secret, RoomName: room, ParticipantIdentity: identity,
	}, callback, options...)
}

func reportOnly() ([]interceptor.Factory, error) {
	receiver, err := rtcpreport.NewReceiverInterceptor()
	if err != nil {
		return nil, err
	}
	sender, err := rtcpreport.NewSenderInterceptor()
	return []interceptor.Factory{receiver, sender}, err
}

// join brings `count` participants in, `wide` at once, and times each: from the first byte to connected transports.
func (b *bench) join(prefix string, count, wide int, subscribe bool, callback func() *lksdk.RoomCallback) []*lksdk.Room {
	joined := make([]*lksdk.Room, count)
	slots := make(chan struct{}, wide)
	var group sync.WaitGroup
	for i := range count {
		slots <- struct{}{}
		group.Add(1)
		go func() {
			defer func() { <-slots; group.Done() }()
			var own *lksdk.RoomCallback
			if callback != nil {
				own = callback()
			}
			began := time.Now()
			room, err := b.connect(fmt.Sprintf("%s%d", b.room, i%b.rooms), fmt.Sprintf("%s%d", prefix, i), own, subscribe)
			if err != nil {
				b.failed.Add(1)
				complain("join of %s%d: %v", prefix, i, err)
				return
			}
			took := float64(time.Since(began).Microseconds()) / 1000
			b.mu.Lock()
			b.joinMs = append(b.joinMs, took)
			b.members = append(b.members, room)
			b.mu.Unlock()
			joined[i] = room
		}()
	}
	group.Wait()
	return joined
}

func (b *bench) leave() {
	b.stopped.Store(true)
	for _, room := range b.members {
		room.Disconnect()
	}
}

// joins is the workload of idle participants and of timed joins.
func joins(b *bench) {
	began := time.Now()
	b.join("p", b.subs, b.wide, true, nil)
	took := time.Since(began).Seconds()
	in := float64(len(b.joinMs))
	result := report0(b)
	result["join_ms"] = quantiles(b.joinMs)
	result["joins_per_s"] = in / took
	if third := len(b.joinMs) / 3; third > 0 {
		result["first_third_ms"] = quantiles(b.joinMs[:third])
		result["last_third_ms"] = quantiles(b.joinMs[len(b.joinMs)-third:])
	}
	say("steady", result)
	b.window()
	say("result", result)
	b.leave()
}

func report0(b *bench) report {
	return report{"mode": b.mode, "participants": len(b.members), "failed": b.failed.Load()}
}

func quantiles(values []float64) report {
	if len(values) == 0 {
		return report{"n": 0}
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	at := func(q float64) float64 { return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))] }
	return report{"n": len(sorted), "p50": at(.5), "p95": at(.95), "p99": at(.99), "max": sorted[len(sorted)-1]}
}
