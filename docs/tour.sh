# A PostgreSQL to try it on; any will do. Make the program and a small example of an application.
export DATABASE_URL=${DATABASE_URL:-postgres://postgres@localhost/postgres} SQLITE_DATABASE_PATH=quickstart.db
dir=$(mktemp -d) && go build -o "$dir" ./cmd/failoversql ./examples/quickstart && cd "$dir" && PATH=$dir:$PATH

quickstart                               # makes its table and a row: "served by the primary"
failoversql setup                        # checks everything, copies, and plays an outage through on a table of its own
failoversql drill --duration 5s          # PostgreSQL cut off for five seconds, with the real copy: what would happen

failoversql switch fallback              # as if PostgreSQL were away
quickstart | tee said                    # "served by the fallback"; the row is in the file only
id=$(awk '/^visit/ { print $2; exit }' said)
psql -qc "INSERT INTO visits (id, who) VALUES ($id, 'somebody else')" "$DATABASE_URL"   # meanwhile on PostgreSQL, the same id

failoversql sync || true                 # 1 parked: both have row $id (exit status 1 says so)
failoversql conflicts list || true
conflict=$(psql -Atc "SELECT min(id) FROM failoversql.conflict WHERE resolved_at IS NULL" "$DATABASE_URL")
failoversql conflicts show "$conflict"   # what SQLite has, what PostgreSQL has
failoversql conflicts resolve "$conflict" apply-local
failoversql switch auto
quickstart                               # "served by the primary" again, with the row written on SQLite

failoversql backup --dir .               # a checked copy, named by the time
rm quickstart.db*                        # what nobody should do
failoversql restore quickstart-2*.db     # back, and it follows again with the next start of the application
quickstart
failoversql cleanup                      # leaves nothing on PostgreSQL but the markers
