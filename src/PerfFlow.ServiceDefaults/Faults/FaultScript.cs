using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;

namespace PerfFlow.ServiceDefaults.Faults;

/// <summary>
/// What a test makes a served process suffer, read from a file and again whenever the file changes:
/// <code>
/// perfflow fault script for /absolute/data/folder
/// clock -60                        seconds that this process's system time is off, or: clock still 2026-11-21T12:00:00Z
/// a1 kill batch-committed 3        a name of one's own, what to do, where, at which hit
/// a2 hang consumer-committing 1 2000      for so many milliseconds, from that hit on
/// a3 throw outbox-claimed 1        as an IOException
/// a4 cut batch-locked 2            the connection that was given to the point
/// </code>
/// A line that has struck is noted in the file beside it (<c>.struck</c>) and never strikes again; a hang goes on while its line
/// is there.
/// </summary>
public sealed class FaultScript : TimeProvider, IDisposable
{
    /// <summary>The variable that names the file.</summary>
    public const string Variable = "PERFFLOW_FAULT_SCRIPT";

    private const string Heading = "perfflow fault script for ";

    private readonly string file;
    private readonly ConcurrentDictionary<string, int> hits = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> struck = new(StringComparer.Ordinal);
    private readonly Lock writing = new();
    private readonly Lock looking = new();
    private readonly ITimer reading;
    private volatile Content content;
    private string read = "";

    private FaultScript(string file)
    {
        this.file = file;
        if (File.Exists(StruckFile(file)))
        {
            foreach (var line in File.ReadAllLines(StruckFile(file)))
            {
                struck[line.Split(' ')[0]] = true;
            }
        }

        content = Read();
        reading = System.CreateTimer(_ => Look(), null, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50));
    }

    private sealed record Line(string Name, string Act, string Point, int Hit, int Milliseconds);

    private sealed record Content(TimeSpan Offset, DateTimeOffset? Still, IReadOnlyDictionary<string, Line[]> Lines);

    /// <summary>
    /// Arms the fail points of this process and gives its clock; null where the variable is not set. An installation cannot come
    /// by it: the process must listen on loopback, and the file must name the very data folder that this process works with. A
    /// variable that does not fit is refused with an exception, so that it is never taken for armed.
    /// </summary>
    /// <param name="url">Where the process will listen.</param>
    /// <param name="dataFolder">Its data folder, absolute.</param>
    /// <exception cref="InvalidOperationException">The variable is set and one of the conditions does not hold.</exception>
    public static FaultScript? FromEnvironment(string url, string dataFolder)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } file)
        {
            return null;
        }

        var script = Open(file, url, dataFolder);
        FailPoints.Arm(script);
        return script;
    }

    internal static FaultScript Open(string file, string url, string dataFolder)
    {
        if (!new Uri(url).IsLoopback || !Path.IsPathFullyQualified(file) || !File.Exists(file) || File.ReadLines(file).FirstOrDefault() != Heading + dataFolder)
        {
            throw new InvalidOperationException($"{Variable} is for tests: it takes an absolute file whose first line names this process's data folder, and a process that listens on loopback. Unset it.");
        }

        return new FaultScript(file);
    }

    /// <summary>The text of a script, and the file that tells which of its lines have struck.</summary>
    public static string Text(string dataFolder, IEnumerable<string> lines) => string.Join('\n', lines.Prepend(Heading + dataFolder)) + "\n";

    /// <inheritdoc cref="Text"/>
    public static string StruckFile(string file) => file + ".struck";

    public override DateTimeOffset GetUtcNow() => content.Still ?? System.GetUtcNow() + content.Offset;

    public void Dispose() => reading.Dispose();

    internal async ValueTask PassAsync(string point, NpgsqlConnection? connection)
    {
        if (!content.Lines.TryGetValue(point, out var lines))
        {
            return;
        }

        foreach (var line in lines)
        {
            var hit = hits.AddOrUpdate(line.Name, 1, (_, n) => n + 1);
            if (line.Act == "hang" && hit >= line.Hit)
            {
                Note(line);
                await Task.Delay(TimeSpan.FromMilliseconds(line.Milliseconds), System);
            }
            else if (hit == line.Hit && Note(line))
            {
                await StrikeAsync(line, connection);
            }
        }
    }

    private static async Task StrikeAsync(Line line, NpgsqlConnection? connection)
    {
        switch (line.Act)
        {
            case "kill":
                // As kill -9: nothing is flushed, disposed or told.
                using (var self = global::System.Diagnostics.Process.GetCurrentProcess())
                {
                    self.Kill();
                    await Task.Delay(Timeout.InfiniteTimeSpan, System);
                }

                break;
            case "throw":
                throw new IOException($"The fault script throws at {line.Point}.");
            case "cut":
                await CutAsync(connection ?? throw new InvalidOperationException($"{line.Point} gives no connection to cut."));
                break;
            default:
                throw new InvalidOperationException($"The fault script knows no {line.Act}.");
        }
    }

    /// <summary>The server ends the session, as at the word of an administrator or at its own restart; who uses it next finds out.</summary>
    private static async Task CutAsync(NpgsqlConnection connection)
    {
        await using var other = (NpgsqlConnection)((ICloneable)connection).Clone();
        await other.OpenAsync();
        await using var command = new NpgsqlCommand("select pg_terminate_backend($1)", other) { Parameters = { new() { Value = connection.ProcessID } } };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>False when the line had struck before.</summary>
    private bool Note(Line line)
    {
        if (!struck.TryAdd(line.Name, true))
        {
            return false;
        }

        lock (writing)
        {
            File.AppendAllText(StruckFile(file), $"{line.Name} {line.Act} {line.Point}\n");
        }

        return true;
    }

    private void Look()
    {
        // One look at a time: of two, the slower would put back what the file said before.
        if (!looking.TryEnter())
        {
            return;
        }

        try
        {
            content = Read();
        }
        catch (IOException)
        {
            // Being written; the next look is soon.
        }
        finally
        {
            looking.Exit();
        }
    }

    private Content Read()
    {
        // By its text: two changes may have one time.
        var text = File.ReadAllText(file);
        if (content is { } known && text == read)
        {
            return known;
        }

        var (offset, still, lines) = (TimeSpan.Zero, (DateTimeOffset?)null, new List<Line>());
        foreach (var words in text.Split('\n').Skip(1).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            switch (words)
            {
                case ["clock", "still", var at]:
                    still = DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
                    break;
                case ["clock", var seconds]:
                    offset = TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture));
                    break;
                case [var name, var act, var point, var hit, .. var rest] when act == "hang" || !struck.ContainsKey(name):
                    lines.Add(new(name, act, point, int.Parse(hit, CultureInfo.InvariantCulture), rest is [var ms] ? int.Parse(ms, CultureInfo.InvariantCulture) : 0));
                    break;
            }
        }

        read = text;
        return new(offset, still, lines.GroupBy(l => l.Point, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal));
    }
}
