using System.Buffers;
using System.Text.Json;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// A JSON writer that a thread keeps for the next line: an act writes five short documents, each of which would else make a
/// writer and a buffer. One that is asked for while another is in use gets its own.
/// </summary>
internal sealed class JsonScratch : IDisposable
{
    [ThreadStatic]
    private static JsonScratch? kept;

    private readonly ArrayBufferWriter<byte> buffer = new(512);

    private JsonScratch() => Writer = new Utf8JsonWriter(buffer);

    public Utf8JsonWriter Writer { get; }

    /// <summary>Everything written so far; gone when this is disposed.</summary>
    public ReadOnlySpan<byte> Written
    {
        get
        {
            Writer.Flush();
            return buffer.WrittenSpan;
        }
    }

    public static JsonScratch Rent()
    {
        var scratch = kept ?? new JsonScratch();
        kept = null;
        return scratch;
    }

    public void Dispose()
    {
        buffer.ResetWrittenCount();
        Writer.Reset();
        kept = this;
    }
}
