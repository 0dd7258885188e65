using System.Data.Common;
using System.Text.Json;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// What of a line stands in columns of its own as well, for questions. The columns are not hashed, so whoever verifies the
/// trail compares them with the line: pages and figures are read from them. Not in the line are the step's name and the
/// instant at which its visit opened; both follow from the lines before.
/// </summary>
internal readonly record struct JournalColumns(string Act, int Visit, string? Outcome, string Role, long OrganisationId, long ActorId, long At, long RecordedAt)
{
    /// <summary>The columns as a query selects them, for <see cref="Read"/>.</summary>
    public const string Names = "act, visit, outcome, role, organisation_id, actor_id, at, recorded_at";

    public static JournalColumns Read(DbDataReader row, int first) => new(
        row.GetString(first),
        row.GetInt32(first + 1),
        row.IsDBNull(first + 2) ? null : row.GetString(first + 2),
        row.GetString(first + 3),
        row.GetInt64(first + 4),
        row.GetInt64(first + 5),
        Milliseconds(row, first + 6),
        Milliseconds(row, first + 7));

    /// <summary>The same of a line, and the hashes of the rows that came with it; null where the line is no line of ours.</summary>
    public static JournalColumns? Parse(ReadOnlySpan<byte> line, out List<byte[]>? rows)
    {
        rows = null;
        var found = new JournalColumns("", 0, null, "", 0, 0, 0, 0);
        try
        {
            var json = new Utf8JsonReader(line);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var name = json.ValueSpan is [var letter] ? letter : (byte)0;
                json.Read();
                switch (name)
                {
                    case (byte)'a': found = found with { Act = json.GetString()! }; break;
                    case (byte)'v': found = found with { Visit = json.GetInt32() }; break;
                    case (byte)'r': found = found with { Role = json.GetString()! }; break;
                    case (byte)'g': found = found with { OrganisationId = json.GetInt64() }; break;
                    case (byte)'u': found = found with { ActorId = json.GetInt64() }; break;
                    case (byte)'t': found = found with { At = json.GetInt64() }; break;
                    case (byte)'s': found = found with { RecordedAt = json.GetInt64() }; break;
                    case (byte)'f': found = found with { Outcome = OutcomeOf(ref json) }; break;
                    case (byte)'h': rows = HashesOf(ref json); break;
                    default: json.Skip(); break;
                }
            }

            return found;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string? OutcomeOf(ref Utf8JsonReader json)
    {
        string? outcome = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isOutcome = json.ValueTextEquals("outcome"u8);
            json.Read();
            if (isOutcome && json.TokenType == JsonTokenType.String)
            {
                outcome = json.GetString();
            }
            else
            {
                json.Skip();
            }
        }

        return outcome;
    }

    private static List<byte[]> HashesOf(ref Utf8JsonReader json)
    {
        var rows = new List<byte[]>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            rows.Add(json.GetBytesFromBase64());
        }

        return rows;
    }

    private static long Milliseconds(DbDataReader row, int column) => new DateTimeOffset(row.GetDateTime(column)).ToUnixTimeMilliseconds();
}
