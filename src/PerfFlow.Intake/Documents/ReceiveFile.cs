using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using PerfFlow.Intake.Data;
using PerfFlow.Intake.Layouts;
using PerfFlow.Intake.Storage;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Intake.Documents;

/// <summary>
/// Takes a file in: stores it, has it scanned and read, and tells the Platform in the transaction that records it. A
/// rejected file leaves its document and its hash, not its bytes. The id of the ticket is the id of what comes of it, so
/// the same ticket again finds what is there.
/// </summary>
internal sealed class ReceiveFile(
    IDbContextFactory<IntakeDb> databases, FileVault vault, ClamScanner scanner, ParserPool parser, IntakeOptions options, TimeProvider time, OutboxSignal signal)
{
    private const int LargestInline = 256 * 1024;
    private const int LongestName = 200;

    /// <summary>An upload; <paramref name="name"/> is kept for display, cut to its last part and 200 characters.</summary>
    public async Task<IntakeAnswer> RunAsync(IntakeTicket ticket, string name, Stream content, CancellationToken ct)
    {
        if (await FindAsync(ticket, ct) is { } before)
        {
            return before;
        }

        var shown = DisplayName(name);
        using var received = await vault.ReceiveAsync(content, options.Limits.MaxBytes, ct);
        if (received is null)
        {
            var limit = Recogniser.Megabytes(options.Limits.MaxBytes);
            return await RecordAsync(ticket, new(shown, "", 0, new ParserReply("doc.size", ["> " + limit, limit], "", null)), null, ct);
        }

        var reply = await ExamineAsync(ticket.Layout, received.Path, ct);
        if (reply.Refusal is null)
        {
            vault.Keep(received);
            await FailPoints.HereAsync(FailPoints.IntakeKept);
        }

        return await RecordAsync(ticket, new(shown, received.Sha256, received.Size, reply), null, ct);
    }

    /// <summary>A file that already lies in the vault because it was dropped; null when somebody else has taken it.</summary>
    public async Task<IntakeAnswer?> TakeAsync(IntakeTicket ticket, DropRow drop, CancellationToken ct)
    {
        var reply = await ExamineAsync(ticket.Layout, vault.Place(drop.Sha256), ct);
        var answer = await RecordAsync(ticket, new(drop.Name, drop.Sha256, drop.Size, reply), drop, ct);
        await using var db = await databases.CreateDbContextAsync(ct);
        var mine = await db.Drops.AnyAsync(d => d.Id == drop.Id && d.TakenBy == ticket.Sender.User, ct);
        return mine ? answer : null;
    }

    /// <summary>What came of this ticket before; null when nothing did.</summary>
    public async Task<IntakeAnswer?> FindAsync(IntakeTicket ticket, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Documents.AsNoTracking().FirstOrDefaultAsync(d => d.Id == ticket.Id, ct) is { } document)
        {
            return Answers.Of(document, ticket.Sender.Language);
        }

        var file = ticket.Layout is null ? await db.Files.AsNoTracking().FirstOrDefaultAsync(f => f.Id == ticket.Id, ct) : null;
        return file is null ? null : Answers.Of(file);
    }

    private async Task<ParserReply> ExamineAsync(string? layout, string path, CancellationToken ct)
    {
        if (await scanner.ScanAsync(path, ct) is { } refused)
        {
            return new ParserReply(refused.Code, refused.Args, "", null);
        }

        return await parser.AskAsync(new ParserRequest(path, layout, null, null, null, options.Limits), ct);
    }

    private async Task<IntakeAnswer> RecordAsync(IntakeTicket ticket, Examined examined, DropRow? drop, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var file = examined.Reply.Refusal is null ? FileOf(ticket, examined) : null;
        var document = ticket.Layout is null && examined.Reply.Refusal is null ? null : await DocumentOfAsync(db, ticket, examined, ct);
        if (file is not null)
        {
            db.Files.Add(file);
        }

        if (document is not null)
        {
            db.Documents.Add(document);
            db.Outbox.Add(OutboxRow.Of(MessageOf(ticket, document, examined.Reply), time.GetUtcNow()));
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        try
        {
            if (drop is not null && await db.Drops.Where(d => d.Id == drop.Id && d.TakenAt == null).ExecuteUpdateAsync(
                s => s.SetProperty(d => d.TakenAt, time.GetUtcNow()).SetProperty(d => d.TakenBy, ticket.Sender.User), ct) == 0)
            {
                return await FindAsync(ticket, ct) ?? throw new InvalidOperationException($"drop {drop.Id} was taken and no document tells by whom");
            }

            await db.SaveChangesAsync(ct);
            await FailPoints.HereAsync(FailPoints.IntakeCommitting);
            await transaction.CommitAsync(ct);
            await FailPoints.HereAsync(FailPoints.IntakeCommitted);
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // the same ticket came twice at once: the first one's answer is the answer
            await transaction.RollbackAsync(ct);
            return await FindAsync(ticket, ct) ?? throw new InvalidOperationException($"document {ticket.Id} exists and cannot be read", e);
        }

        signal.Set();
        return document is null ? Answers.Of(file!) : Answers.Of(document, ticket.Sender.Language);
    }

    private FileRow FileOf(IntakeTicket ticket, Examined examined) => new()
    {
        Id = ticket.Id,
        Region = ticket.Sender.Region.Code,
        Generation = ticket.Sender.Region.Generation,
        Unit = ticket.Sender.Unit,
        Notice = ticket.Sender.Notice,
        Uploader = ticket.Sender.User,
        Name = examined.Name,
        Kind = examined.Reply.Kind,
        Sha256 = examined.Sha256,
        Size = examined.Size,
        StoredAt = time.GetUtcNow(),
    };

    private async Task<DocumentRow> DocumentOfAsync(IntakeDb db, IntakeTicket ticket, Examined examined, CancellationToken ct)
    {
        var (sender, reply) = (ticket.Sender, examined.Reply);
        var faults = reply.Refusal is { } code ? [new LayoutFault(null, "", code, reply.Args, true)] : reply.Reading!.Faults;
        var duplicate = reply.Refusal is not null ? null : await db.Documents
            .Where(d => d.Region == sender.Region.Code && d.Generation == sender.Region.Generation && d.Unit == sender.Unit && d.Notice == sender.Notice
                && d.Sha256 == examined.Sha256 && d.State != DocumentState.Rejected)
            .OrderByDescending(d => d.ReceivedAt).Select(d => (Guid?)d.Id).FirstOrDefaultAsync(ct);
        return new DocumentRow
        {
            Id = ticket.Id,
            FileId = reply.Refusal is null ? ticket.Id : null,
            Region = sender.Region.Code,
            Generation = sender.Region.Generation,
            Unit = sender.Unit,
            Notice = sender.Notice,
            Uploader = sender.User,
            Name = examined.Name,
            Kind = reply.Kind,
            Sha256 = examined.Sha256,
            Size = examined.Size,
            Layout = ticket.Layout ?? "",
            State = reply.Refusal is not null ? DocumentState.Rejected : faults.Any(f => f.Blocks) ? DocumentState.Faulty : DocumentState.Accepted,
            DuplicateOf = duplicate,
            Faults = JsonSerializer.Serialize(faults, MessageCatalog.Json),
            FaultCount = reply.Reading?.FaultCount ?? 1,
            Parsed = reply.Reading is null ? null : JsonSerializer.Serialize(reply.Reading.Document, MessageCatalog.Json),
            ReceivedAt = time.GetUtcNow(),
        };
    }

    private static Message MessageOf(IntakeTicket ticket, DocumentRow document, ParserReply reply)
    {
        var sender = ticket.Sender;
        if (reply.Reading is null)
        {
            var problem = IntakeTexts.For(sender.Language).Problem(new LayoutFault(null, "", reply.Refusal!, reply.Args, true));
            return new DocumentRejected
            {
                MessageId = Derived("document-rejected", document.Id),
                Region = sender.Region,
                At = sender.Now,
                Document = document.Id,
                FileName = document.Name,
                Code = reply.Refusal!,
                Problems = [problem.Wrong, problem.Remedy],
                NoticeId = sender.Notice,
                UnitId = sender.Unit,
                UserId = sender.User,
            };
        }

        return new DocumentAccepted
        {
            MessageId = Derived("document-accepted", document.Id),
            Region = sender.Region,
            At = sender.Now,
            Document = document.Id,
            File = document.FileId,
            FileName = document.Name,
            Layout = document.Layout,
            Sha256 = document.Sha256,
            Rows = reply.Reading.Document.Sheets.Sum(s => s.Rows.Count),
            Problems = reply.Reading.FaultCount,
            Values = Encoding.UTF8.GetByteCount(document.Parsed!) <= LargestInline ? reply.Reading.Document : null,
            NoticeId = sender.Notice,
            UnitId = sender.Unit,
            UserId = sender.User,
        };
    }

    private static Guid Derived(string kind, Guid document) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}:{document}")).AsSpan(0, 16));

    private static string DisplayName(string name)
    {
        var last = CleanText.Of(name[(name.LastIndexOfAny(['/', '\\']) + 1)..].Replace('\n', ' '), LongestName);
        return last.Length > 0 ? last : "file";
    }

    private sealed record Examined(string Name, string Sha256, long Size, ParserReply Reply);
}
