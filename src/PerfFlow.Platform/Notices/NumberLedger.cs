using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Faults;

namespace PerfFlow.Platform.Notices
{
    /// <summary>A line of the 发文字号 ledger. A number is never given twice, also not after it was voided.</summary>
    public sealed class LedgerLine
    {
        public long Id { get; private init; }

        public required int RegionId { get; init; }

        public required string Word { get; init; }

        public required int Year { get; init; }

        public required int Seq { get; init; }

        /// <summary>issued or voided.</summary>
        public required string Status { get; set; }

        /// <summary>Null for a paper outside the platform, which <see cref="Purpose"/> names.</summary>
        public long? NoticeId { get; init; }

        public required string Purpose { get; init; }

        /// <summary>Why it was voided.</summary>
        public string? Reason { get; set; }

        public required DateTimeOffset GivenAt { get; init; }

        public required long GivenBy { get; init; }

        public DateTimeOffset? VoidedAt { get; set; }

        public long? VoidedBy { get; set; }

        /// <summary>Of a number given by hand: asked again under the same id, it is the same number.</summary>
        public Guid? Command { get; init; }

        public DocumentNumber Number => new(Word, Year, Seq);
    }

    /// <summary>
    /// Gives and voids numbers, each in a short transaction of its own that holds the counter's row, before and apart from
    /// the act it is for: an act that is refused afterwards leaves the number reserved for its notice, and the next try takes
    /// it up again. So there are no gaps and no repeats, whoever issues at the same time.
    /// </summary>
    public sealed class NumberLedger(IDbContextFactory<PlatformDb> databases, RegionClock clock, RegionJournal journal)
    {
        /// <summary>The number of a notice: the one it has already, else the next of its word and of the region's business year.</summary>
        public async Task<LedgerLine> GiveAsync(Notice notice, Actor actor, CancellationToken ct)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            // Two issues of one notice at the same moment must not take two numbers.
            await db.Database.ExecuteSqlAsync($"select 1 from platform.notices where id = {notice.Id} for update", ct);
            var line = await db.DocumentNumbers.FirstOrDefaultAsync(n => n.NoticeId == notice.Id && n.Status == "issued", ct);
            if (line is null)
            {
                line = await NextAsync(db, notice.RegionId, notice.MarkWord, notice.Id, notice.Title, actor, null, ct);
                await db.SaveChangesAsync(ct);
                await FailPoints.HereAsync(FailPoints.NumberCommitting);
                await transaction.CommitAsync(ct);
            }

            return line;
        }

        /// <summary>A number for a paper outside the platform, so that both share one ledger.</summary>
        public async Task<Outcome<LedgerLine>> GiveByHandAsync(Viewer viewer, string word, string purpose, Guid command, CancellationToken ct)
        {
            if (viewer.May(Right.ManageNotices) is { } refusal)
            {
                return refusal;
            }

            if (!DocumentNumber.IsWord(word))
            {
                return new Refusal("mark-word-invalid", word) { Field = "word" };
            }

            if (string.IsNullOrWhiteSpace(purpose))
            {
                return new Refusal("number-purpose-required") { Field = "purpose" };
            }

            await using var db = await databases.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            if (await db.DocumentNumbers.FirstOrDefaultAsync(n => n.GivenBy == viewer.UserId && n.Command == command, ct) is { } known)
            {
                return known;
            }

            var line = await NextAsync(db, viewer.RegionId, word, null, purpose.Trim(), NoticeActors.Performance(viewer), command, ct);
            await db.SaveChangesAsync(ct);
            await transaction.CommitAsync(ct);
            return line;
        }

        /// <summary>
        /// The papers numbered before the platform was there: the next number of that word and year is <paramref name="last"/> + 1.
        /// Refused once the platform has given one, since that would tear a gap.
        /// </summary>
        public async Task<Outcome<Done>> StartAfterAsync(Viewer viewer, string word, int year, int last, CancellationToken ct)
        {
            if (viewer.May(Right.ManageNotices) is { } refusal)
            {
                return refusal;
            }

            if (!DocumentNumber.IsWord(word))
            {
                return new Refusal("mark-word-invalid", word) { Field = "word" };
            }

            if (last is < 0 or > 99_998 || year is < 1949 or > 2099)
            {
                return new Refusal("number-start-invalid", last) { Field = "last" };
            }

            await using var db = await databases.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            var rows = await db.Database.ExecuteSqlAsync(
                $"""
                insert into platform.document_counters (region_id, word, year, last) values ({viewer.RegionId}, {word}, {year}, {last})
                on conflict (region_id, word, year) do nothing
                """, ct);
            if (rows == 0)
            {
                return Refusal.Conflict("number-start-late", word, year);
            }

            await journal.AppendAsync(
                db, viewer.RegionId, "NumberStart", NoticeActors.Performance(viewer), Facts.Of(("word", word), ("year", year), ("last", last)), ct);
            await transaction.CommitAsync(ct);
            return new Done();
        }

        /// <summary>
        /// 作废: the number stays in the ledger, marked with the reason. A number whose notice has been issued is voided by
        /// recalling the notice, not here.
        /// </summary>
        public async Task<Outcome<LedgerLine>> VoidAsync(Viewer viewer, long lineId, string reason, CancellationToken ct)
        {
            if (viewer.May(Right.ManageNotices) is { } refusal)
            {
                return refusal;
            }

            if (string.IsNullOrWhiteSpace(reason))
            {
                return new Refusal("notices-reason-required") { Field = "reason" };
            }

            await using var db = await databases.CreateDbContextAsync(ct);
            await using var transaction = await db.Database.BeginTransactionAsync(ct);
            await db.Database.ExecuteSqlAsync($"select 1 from platform.document_numbers where id = {lineId} for update", ct);
            var line = await db.DocumentNumbers.FirstOrDefaultAsync(n => n.Id == lineId && n.RegionId == viewer.RegionId, ct);
            if (line is null)
            {
                return Refusal.NotFound();
            }

            if (line.Status == "voided")
            {
                return Refusal.Conflict("number-voided", line.Number);
            }

            if (line.NoticeId is { } noticeId && await db.NoticeStates.AnyAsync(s => s.NoticeId == noticeId && s.IssuedAt != null, ct))
            {
                return Refusal.Conflict("number-in-use", line.Number);
            }

            await VoidAsync(db, line, reason.Trim(), NoticeActors.Performance(viewer), ct);
            await transaction.CommitAsync(ct);
            return line;
        }

        /// <summary>Marks the line in the caller's transaction, with its journal line.</summary>
        internal async Task VoidAsync(PlatformDb db, LedgerLine line, string reason, Actor actor, CancellationToken ct)
        {
            line.Status = "voided";
            line.Reason = reason;
            line.VoidedAt = clock.Now(line.RegionId);
            line.VoidedBy = actor.UserId;
            await db.SaveChangesAsync(ct);
            await journal.AppendAsync(db, line.RegionId, "NumberVoided", actor, FactsOf(line).With("reason", NoticeFacts.Hash(reason)), ct);
        }

        private async Task<LedgerLine> NextAsync(
            PlatformDb db, int regionId, string word, long? noticeId, string purpose, Actor actor, Guid? command, CancellationToken ct)
        {
            var now = clock.Now(regionId);
            var year = RegionClock.ChinaDate(now).Year;
            var seq = (await db.Database.SqlQuery<int>(
                $"""
                insert into platform.document_counters (region_id, word, year, last) values ({regionId}, {word}, {year}, 1)
                on conflict (region_id, word, year) do update set last = document_counters.last + 1
                returning last as "Value"
                """).ToListAsync(ct))[0];
            var line = new LedgerLine
            {
                RegionId = regionId,
                Word = word,
                Year = year,
                Seq = seq,
                Status = "issued",
                NoticeId = noticeId,
                Purpose = purpose,
                GivenAt = now,
                GivenBy = actor.UserId,
                Command = command,
            };
            db.DocumentNumbers.Add(line);
            await journal.AppendAsync(db, regionId, "NumberGiven", actor, FactsOf(line), ct);
            return line;
        }

        private static Facts FactsOf(LedgerLine line) =>
            Facts.Of(("number", line.Number.ToString()), ("notice", line.NoticeId ?? 0L));
    }

    internal sealed class LedgerMapping : IEntityTypeConfiguration<LedgerLine>
    {
        public void Configure(EntityTypeBuilder<LedgerLine> builder)
        {
            builder.ToTable("document_numbers");
            builder.Property(n => n.Id).UseIdentityAlwaysColumn();
            builder.Ignore(n => n.Number);
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Notices;

    public sealed partial class PlatformDb
    {
        public DbSet<LedgerLine> DocumentNumbers => Set<LedgerLine>();
    }
}
