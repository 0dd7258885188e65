using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using PerfFlow.Benchmarks.Servers;
using PerfFlow.Platform.Data;

namespace PerfFlow.Benchmarks.Decisions;

/// <summary>
/// The reference: one hand-written transaction per approval by <c>pgbench</c>, prepared, on tables like the platform's in a
/// schema of its own. It writes the rows of one approval as the runner wrote them, in their real lengths.
/// </summary>
internal sealed class PgBench(BenchServer server)
{
    private static readonly Regex Variable = new("(?<!:):(?=[A-Za-z_])", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    private static readonly string[] Tables = ["cases", "tasks", "journal", "outbox", "commands"];
    private string script = "";

    /// <summary>Makes the tables, fills them with the open cases of the platform's, and writes the script after one approval's rows.</summary>
    public async Task PrepareAsync(CancellationToken ct)
    {
        await server.ExecuteAsync(
            $"""
            create schema reference;
            {string.Join(";\n", Tables.Select(t => $"create table reference.{t} (like platform.{t} including all excluding generated)"))};
            insert into reference.cases select * from platform.cases;
            update reference.cases set head_seq = 1;
            insert into reference.tasks select * from platform.tasks;
            update reference.tasks set visit = 1;
            analyze
            """, ct);
        script = await ScriptAsync(ct);
    }

    /// <summary>Transactions per second of eight clients, each doing so many.</summary>
    public async Task<double> RunAsync(int clients, int transactionsEach, CancellationToken ct)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, script, ct);
            var connection = new NpgsqlConnectionStringBuilder(server.Cluster.ConnectionString(PrivateCluster.OwnerRole));
            var start = new ProcessStartInfo(Path.Combine(server.Cluster.BinaryFolder, "pgbench"),
            [
                "--no-vacuum", "--protocol=prepared", Option("client", clients), Option("jobs", 2), Option("transactions", transactionsEach),
                $"--file={file}", $"--host={connection.Host}", Option("port", connection.Port), $"--username={connection.Username}", connection.Database!,
            ])
            { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["PGPASSWORD"] = connection.Password;
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync(ct);
            var output = await process.StandardOutput.ReadToEndAsync(ct);
            await process.WaitForExitAsync(ct);
            var speed = output.Split('\n').FirstOrDefault(l => l.StartsWith("tps = ", StringComparison.Ordinal));
            if (process.ExitCode != 0 || speed is null || !output.Contains($"processed: {clients * transactionsEach}/", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"pgbench failed:\n{output}\n{await errors}");
            }

            return double.Parse(speed.Split(' ')[2], CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Option(string name, int value) => string.Create(CultureInfo.InvariantCulture, $"--{name}={value}");

    private async Task<string> ScriptAsync(CancellationToken ct)
    {
        // Row 3 of a case is the department's approval: a step closed and a step opened, as in every approval but the last.
        var id = await server.ScalarAsync<long>("select case_id from platform.journal where seq = 3 limit 1", ct);
        var row = await RowAsync("cases", $"id = {id}", ct);
        var task = await RowAsync("tasks", $"case_id = {id}", ct);
        var line = await RowAsync("journal", $"case_id = {id} and seq = 3", ct);
        var command = await RowAsync("commands", $"case_id = {id} and seq = 3", ct);
        var messages = await RowsAsync("outbox", $"body like '%\"case\":{id},\"revision\":3%'", ct);
        if (messages.Count != 2)
        {
            throw new InvalidOperationException("An approval sends two messages.");
        }

        var fresh = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["key"] = "gen_random_uuid()", ["message_id"] = "gen_random_uuid()", ["case_id"] = ":case", ["seq"] = ":head_seq + 1", ["visit"] = ":head_seq + 1",
        };
        var last = await server.ScalarAsync<long>("select max(id) from reference.cases", ct);
        var first = await server.ScalarAsync<long>("select min(id) from reference.cases", ct);
        return $"""
            \set case random({first}, {last})
            begin;
            select revision, head_seq, state from reference.cases where id = :case for update \gset
            update reference.cases set status = {row["status"]}, revision = revision + 1, head_seq = head_seq + 1, head_hash = {row["head_hash"]}, state = {row["state"]}, ended_at = null where id = :case;
            delete from reference.tasks where case_id = :case and visit = :head_seq;
            {Insert("tasks", [task], fresh)}
            {Insert("journal", [line], fresh)}
            {Insert("outbox", messages, fresh, except: "id")}
            {Insert("commands", [command], fresh)}
            commit;

            """;
    }

    private static string Insert(string table, List<Dictionary<string, string>> rows, Dictionary<string, string> fresh, string except = "")
    {
        var columns = rows[0].Keys.Where(c => c != except).ToList();
        var values = rows.Select(r => $"({string.Join(", ", columns.Select(c => fresh.GetValueOrDefault(c) ?? r[c]))})");
        return $"insert into reference.{table} ({string.Join(", ", columns)}) values {string.Join(", ", values)};";
    }

    private async Task<Dictionary<string, string>> RowAsync(string table, string where, CancellationToken ct) => (await RowsAsync(table, where, ct))[0];

    // Each column as a literal of its type.
    private async Task<List<Dictionary<string, string>>> RowsAsync(string table, string where, CancellationToken ct)
    {
        var columns = await server.ScalarAsync<string[]>($"select array_agg(attname::text order by attnum) from pg_attribute where attrelid = 'platform.{table}'::regclass and attnum > 0 and not attisdropped", ct);
        var rows = new List<Dictionary<string, string>>();
        await using var read = server.Owner.CreateCommand($"select {string.Join(", ", columns.Select(c => $"quote_nullable({c}::text) || '::' || pg_typeof({c})::text"))} from platform.{table} where {where}");
        await using var reader = await read.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            rows.Add(columns.Select((name, i) => (name, Value: Escaped(reader.GetString(i)))).ToDictionary(c => c.name, c => c.Value, StringComparer.Ordinal));
        }

        return rows;
    }

    // pgbench takes a colon before a letter for one of its variables, within quotes as well.
    private static string Escaped(string literal) => Variable.IsMatch(literal) ? "U&" + Variable.Replace(literal, @"\003A") : literal;
}
