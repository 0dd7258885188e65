using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using PerfFlow.Engine;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// A line as it was written until migration 0092: JSON that begins with a brace and holds what its columns say once more, all
/// but the step's name and the opening of its visit. Only the line was hashed, hash = SHA-256(previous ‖ line), so whoever
/// verifies such a line compares its columns with it. Nothing writes these any more; journals that hold them keep them.
/// </summary>
internal static class OldJournalLine
{
    public static byte[] Hash(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> line) => SHA256.HashData([.. previous, .. line]);

    /// <summary>All that the line says; <c>f</c> holds the facts.</summary>
    public static Facts Members(byte[] line)
    {
        using var document = JsonDocument.Parse(line);
        return Instants(Facts.FromJson(document.RootElement));
    }

    /// <summary>What the line says of its columns, and the hashes of the rows that came with it; null where it is no line of ours.</summary>
    /// <param name="line">The line.</param>
    /// <param name="beside">The columns beside it; what the line does not say is taken from them.</param>
    /// <param name="rows">Hashes of the rows; null where none came.</param>
    public static JournalColumns? Parse(ReadOnlySpan<byte> line, in JournalColumns beside, out List<byte[]>? rows)
    {
        rows = null;
        var found = beside with { Act = "", Visit = 0, Outcome = null, Role = "", OrganisationId = 0, ActorId = 0, At = 0, RecordedAt = 0 };
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
                    case (byte)'t': found = found with { At = (json.GetInt64() * 1000) + (beside.At % 1000) }; break;
                    case (byte)'s': found = found with { RecordedAt = (json.GetInt64() * 1000) + (beside.RecordedAt % 1000) }; break;
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

    /// <summary>JSON has no instants; the journal wrote them in the one form that nothing else has.</summary>
    private static Facts Instants(Facts facts) => Facts.From(facts.Select(fact => new KeyValuePair<string, object?>(fact.Key, Instants(fact.Value))));

    private static object? Instants(object? value) => value switch
    {
        string { Length: > 30 } text when DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) => instant,
        Facts inner => Instants(inner),
        IReadOnlyList<object?> items => items.Select(Instants).ToArray(),
        _ => value,
    };
}
