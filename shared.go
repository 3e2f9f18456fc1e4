package failoversql

import "sync"

// instances holds the running instances of this process, by DSN (or by Config,
// for connectors made from one), each with the number of its connectors.
var instances = struct {
	sync.Mutex
	byKey map[any]*instance
}{byKey: make(map[any]*instance)}

func acquire(key any, cfg *Config) *instance {
	instances.Lock()
	defer instances.Unlock()
	inst := instances.byKey[key]
	if inst == nil {
		inst = newInstance(key, cfg)
		instances.byKey[key] = inst
	}
	inst.users++
	return inst
}

func release(inst *instance) error {
	instances.Lock()
	inst.users--
	last := inst.users == 0
	if last {
		delete(instances.byKey, inst.key)
	}
	instances.Unlock()
	if !last {
		return nil
	}
	return inst.stop()
}
