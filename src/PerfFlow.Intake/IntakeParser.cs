using System.Buffers.Binary;
using System.Text.Json;
using PerfFlow.Intake.Documents;
using PerfFlow.Intake.Layouts;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Intake;

/// <summary>What the service asks of a child process.</summary>
/// <param name="Path">The file to read, written by the service itself.</param>
/// <param name="Layout">Layout to read it by; null for an attachment, which is only looked at.</param>
/// <param name="Marked">Where to write the workbook with marks; null when it is to be read.</param>
/// <param name="Problems">What to mark.</param>
/// <param name="Language">Language of what is written into the workbook.</param>
/// <param name="Limits">What the file may cost.</param>
internal sealed record ParserRequest(
    string Path, string? Layout, string? Marked, IReadOnlyList<IntakeProblem>? Problems, string? Language, DocumentLimits Limits);

/// <summary>What the child answers.</summary>
/// <param name="Refusal">Code of the sentence when the file was refused, else null.</param>
/// <param name="Args">What that sentence is filled with.</param>
/// <param name="Kind">What the file is; empty when that was not recognised.</param>
/// <param name="Reading">What was read; null for an attachment, a marked workbook and a refused file.</param>
/// <param name="Worn">The child has come near its limits and wants to be replaced.</param>
internal sealed record ParserReply(string? Refusal, IReadOnlyList<string> Args, string Kind, LayoutReading? Reading, bool Worn = false);

/// <summary>
/// The child process that reads hostile files: one request after the other from standard input, answers on standard
/// output, both as a length and JSON. It has no secrets, no database and a heap limit, and may die at any time.
/// </summary>
public static class IntakeParser
{
    /// <summary>The hidden verb under which the executable runs as this child.</summary>
    public const string Verb = "intake-parse";

    // the parent kills the child after its own, shorter deadline; this is for a child whose parent died
    private static readonly TimeSpan LastResort = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Serves requests until standard input ends. <paramref name="args"/> are those after the verb; there are none.
    /// Gives the exit code: 0 when the parent closed the pipe, 2 when called with arguments.
    /// </summary>
    public static async Task<int> RunChildAsync(string[] args)
    {
        if (args.Length > 0)
        {
            return 2;
        }

        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();
        await WriteAsync(output, WarmUp());
        while (await ReadAsync<ParserRequest>(input, 16 * 1024 * 1024, default) is { } request)
        {
            await using var watch = new Timer(static _ => Environment.Exit(3), null, LastResort, Timeout.InfiniteTimeSpan);
            await WriteAsync(output, Serve(request));
        }

        return 0;
    }

    internal static ParserReply Serve(ParserRequest request)
    {
        var kind = "";
        try
        {
            using var file = new FileStream(request.Path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var recognised = Recogniser.Recognise(file, request.Limits);
            kind = recognised.ToString().ToLowerInvariant();
            if (request.Layout is null)
            {
                DocumentReader.InspectAttachment(file, recognised, request.Limits);
                return new ParserReply(null, [], kind, null);
            }

            if (recognised is not (DocumentKind.Xlsx or DocumentKind.Xls or DocumentKind.Csv))
            {
                return new ParserReply("doc.not_table", [], kind, null);
            }

            var layout = Layout.All[request.Layout];
            var sheets = DocumentReader.Sheets(file, recognised, request.Limits);
            if (request.Marked is null)
            {
                return new ParserReply(null, [], kind, LayoutReader.Read(layout, sheets));
            }

            using var marked = new FileStream(request.Marked, FileMode.Truncate, FileAccess.ReadWrite);
            MarkedWorkbook.Write(marked, layout, sheets, request.Problems ?? [], IntakeTexts.For(request.Language));
            return new ParserReply(null, [], kind, null);
        }
        catch (DocumentRefusedException refused)
        {
            return new ParserReply(refused.Code, refused.Args, kind, null);
        }
        catch (OutOfMemoryException)
        {
            return new ParserReply("doc.memory", [], kind, null, Worn: true);
        }
    }

    /// <summary>Writes one message; the other side reads it with <see cref="ReadAsync"/>.</summary>
    internal static async Task WriteAsync<T>(Stream stream, T message, CancellationToken ct = default)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, JsonSerializerOptions.Web);
        var head = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(head, body.Length);
        await stream.WriteAsync(head, ct);
        await stream.WriteAsync(body, ct);
        await stream.FlushAsync(ct);
    }

    /// <summary>Reads one message; null when the other side is gone or sends more than <paramref name="max"/> bytes.</summary>
    internal static async Task<T?> ReadAsync<T>(Stream stream, int max, CancellationToken ct)
        where T : class
    {
        var head = new byte[4];
        if (await stream.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false, ct) < 4)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length < 0 || length > max)
        {
            return null;
        }

        var body = new byte[length];
        return await stream.ReadAtLeastAsync(body, length, throwOnEndOfStream: false, ct) == length
            ? JsonSerializer.Deserialize<T>(body, JsonSerializerOptions.Web)
            : null;
    }

    // Reading one workbook makes the runtime load and compile what the next one needs, before anybody waits for it.
    private static ParserReply WarmUp()
    {
        var layout = Layout.All.Values.First();
        var rows = layout.Sheets.ToDictionary(s => s.Code, s => (IReadOnlyList<IReadOnlyDictionary<string, string>>)
            [s.Columns.ToDictionary(c => c.Key, _ => "2024", StringComparer.Ordinal)], StringComparer.Ordinal);
        using var workbook = new MemoryStream();
        BlankWorkbook.Write(workbook, layout, new WorkbookData(rows), IntakeTexts.For(null));
        var limits = new DocumentLimits();
        var kind = Recogniser.Recognise(workbook, limits);
        var reading = LayoutReader.Read(layout, DocumentReader.Sheets(workbook, kind, limits));
        return new ParserReply(null, [], kind.ToString().ToLowerInvariant(), reading);
    }
}
