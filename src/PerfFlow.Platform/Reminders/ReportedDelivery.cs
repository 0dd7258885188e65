using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using PerfFlow.Platform.Data;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Platform.Reminders
{
    /// <summary>送达凭证: how a message to a person over a channel ended, as Notifications reported it. The bell is not reported: it is delivered with the item.</summary>
    public sealed class ReportedDelivery
    {
        /// <summary>The message that was delivered.</summary>
        public Guid MessageId { get; init; }

        public long RecipientId { get; init; }

        public DeliveryChannel Channel { get; init; }

        /// <summary>Name of the message type.</summary>
        public string Kind { get; init; } = "";

        public long? CaseId { get; init; }

        public int? Visit { get; init; }

        public DeliveryState State { get; init; }

        public int Attempts { get; init; }

        /// <summary>An attempt was cut off and repeated under the same id.</summary>
        public bool Repeated { get; init; }

        /// <summary>System time.</summary>
        public DateTimeOffset At { get; init; }
    }

    /// <summary>Keeps the latest report per message, person and channel; a letter that was dead may have been sent since.</summary>
    internal sealed class DeliveryReportedConsumer(PlatformDb db, TimeProvider time) : OnceConsumer<DeliveryReported, PlatformDb>(db, time)
    {
        protected override async ValueTask<bool> WantsAsync(DeliveryReported message, CancellationToken ct) =>
            await Db.Regions.AnyAsync(r => r.Code == message.Region.Code && r.Generation == message.Region.Generation && !r.Closed, ct);

        protected override Task HandleAsync(DeliveryReported message, CancellationToken ct) => Db.Database.ExecuteSqlAsync(
            $"""
            insert into platform.deliveries as d (message_id, recipient_id, channel, kind, case_id, visit, state, attempts, repeated, at)
            values ({message.Regarding}, {message.RecipientId}, {message.Channel.ToString()}, {message.Kind}, {message.Case?.Id}, {message.Case?.Visit},
                {message.State.ToString()}, {message.Attempts}, {message.Repeated}, {message.At.ToUniversalTime()})
            on conflict (message_id, recipient_id, channel) do update
                set state = excluded.state, attempts = excluded.attempts, repeated = excluded.repeated, at = excluded.at
                where d.at <= excluded.at
            """,
            ct);
    }

    internal sealed class ReportedDeliveryMapping : IEntityTypeConfiguration<ReportedDelivery>
    {
        public void Configure(EntityTypeBuilder<ReportedDelivery> builder)
        {
            builder.ToTable("deliveries");
            builder.HasKey(d => new { d.MessageId, d.RecipientId, d.Channel });
            builder.Property(d => d.Channel).HasConversion<string>();
            builder.Property(d => d.State).HasConversion<string>();
        }
    }
}

namespace PerfFlow.Platform.Data
{
    using PerfFlow.Platform.Reminders;

    public sealed partial class PlatformDb
    {
        public DbSet<ReportedDelivery> Deliveries => Set<ReportedDelivery>();
    }
}
