using System.Text.Json;

namespace PerfFlow.Platform.Workflows;

/// <summary>A journal line, new or old, with the columns that tell what the engine was asked.</summary>
internal sealed record JournalEntry(int Seq, DateTimeOffset At, string Act, int Visit, string? Outcome, byte[] Line)
{
    /// <summary>The act's own members: its facts as <c>f</c> (without the outcome), and <c>to</c>, <c>due</c>, <c>timer</c> or <c>event</c>.</summary>
    public JsonElement Members()
    {
        var json = JournalLine.Members(Line);
        using var document = JsonDocument.Parse(json.IsEmpty ? "{}"u8.ToArray() : json);
        return document.RootElement.Clone();
    }
}
