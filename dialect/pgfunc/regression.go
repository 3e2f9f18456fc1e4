package pgfunc

import "math"

// regression follows float8_regr_accum.
type regression struct{ n, sx, sxx, sy, syy, sxy float64 }

func (s *regression) add(y, x float64) error {
	before, sx, sy := s.n, s.sx, s.sy
	s.n++
	s.sx += x
	s.sy += y
	if before > 0 {
		tx, ty := x*s.n-s.sx, y*s.n-s.sy
		scale := 1 / (s.n * before)
		s.sxx += tx * tx * scale
		s.syy += ty * ty * scale
		s.sxy += tx * ty * scale
		if math.IsInf(s.sx, 0) || math.IsInf(s.sxx, 0) || math.IsInf(s.sy, 0) || math.IsInf(s.syy, 0) || math.IsInf(s.sxy, 0) {
			xInf, yInf := math.IsInf(sx, 0) || math.IsInf(x, 0), math.IsInf(sy, 0) || math.IsInf(y, 0)
			if (math.IsInf(s.sx, 0) || math.IsInf(s.sxx, 0)) && !xInf ||
				(math.IsInf(s.sy, 0) || math.IsInf(s.syy, 0)) && !yInf ||
				math.IsInf(s.sxy, 0) && !xInf && !yInf {
				return floatOverflow()
			}
			if math.IsInf(s.sxx, 0) {
				s.sxx = math.NaN()
			}
			if math.IsInf(s.syy, 0) {
				s.syy = math.NaN()
			}
			if math.IsInf(s.sxy, 0) {
				s.sxy = math.NaN()
			}
		}
		return nil
	}
	if math.IsNaN(x) || math.IsInf(x, 0) {
		s.sxx, s.sxy = math.NaN(), math.NaN()
	}
	if math.IsNaN(y) || math.IsInf(y, 0) {
		s.syy, s.sxy = math.NaN(), math.NaN()
	}
	return nil
}

// regressionFuncs adds the statistical aggregates of two arguments, (Y, X).
func regressionFuncs(r *registry) {
	from1 := func(f func(s *regression) any) func(s *regression) any {
		return func(s *regression) any {
			if s.n < 1 {
				return nil
			}
			return f(s)
		}
	}
	r.agg("pg_regr_count", func() *aggregate {
		n := int64(0)
		return &aggregate{
			step: func(args []any) error {
				if !null(args[0]) && !null(args[1]) {
					n++
				}
				return nil
			},
			done: func() (any, error) { return n, nil },
		}
	}, "regr_count(float8,float8)")
	for name, f := range map[string]func(s *regression) any{
		"regr_sxx":  from1(func(s *regression) any { return s.sxx }),
		"regr_syy":  from1(func(s *regression) any { return s.syy }),
		"regr_sxy":  from1(func(s *regression) any { return s.sxy }),
		"regr_avgx": from1(func(s *regression) any { return s.sx / s.n }),
		"regr_avgy": from1(func(s *regression) any { return s.sy / s.n }),
		"covar_pop": from1(func(s *regression) any { return s.sxy / s.n }),
		"covar_samp": func(s *regression) any {
			if s.n < 2 {
				return nil
			}
			return s.sxy / (s.n - 1)
		},
		"corr": from1(func(s *regression) any {
			if s.sxx == 0 || s.syy == 0 {
				return nil
			}
			return s.sxy / math.Sqrt(s.sxx*s.syy)
		}),
		"regr_r2": from1(func(s *regression) any {
			switch {
			case s.sxx == 0:
				return nil
			case s.syy == 0:
				return 1.0
			}
			return (s.sxy * s.sxy) / (s.sxx * s.syy)
		}),
		"regr_slope": from1(func(s *regression) any {
			if s.sxx == 0 {
				return nil
			}
			return s.sxy / s.sxx
		}),
		"regr_intercept": from1(func(s *regression) any {
			if s.sxx == 0 {
				return nil
			}
			return (s.sy - s.sx*s.sxy/s.sxx) / s.n
		}),
	} {
		r.agg("pg_"+name, func() *aggregate {
			s := &regression{}
			return &aggregate{
				step: func(args []any) error {
					if null(args[0]) || null(args[1]) {
						return nil
					}
					y, err := to[float64](args[0])
					if err != nil {
						return err
					}
					x, err := to[float64](args[1])
					if err != nil {
						return err
					}
					return s.add(y, x)
				},
				done: func() (any, error) { return f(s), nil },
			}
		}, name+"(float8,float8)")
	}
}
