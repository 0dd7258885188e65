using Microsoft.EntityFrameworkCore;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;

namespace PerfFlow.Notifications.Data;

/// <summary>The schema <c>notifications</c>; no other service reads it.</summary>
internal sealed class NotificationsDb(DbContextOptions<NotificationsDb> options) : DbContext(options)
{
    public const string Schema = "notifications";

    public DbSet<Item> Items => Set<Item>();

    public DbSet<ChannelDelivery> Deliveries => Set<ChannelDelivery>();

    public DbSet<Sending> Sendings => Set<Sending>();

    public DbSet<Person> People => Set<Person>();

    public DbSet<Hook> Webhooks => Set<Hook>();

    public DbSet<StoredKey> DataProtectionKeys => Set<StoredKey>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema(Schema);
        modelBuilder.Entity<Item>().ToTable("items").Property(i => i.Id).UseIdentityAlwaysColumn();
        modelBuilder.Entity<Person>().ToTable("people").HasKey(p => p.UserId);
        modelBuilder.Entity<Person>().Property(p => p.UserId).ValueGeneratedNever();
        modelBuilder.Entity<Hook>().ToTable("webhooks").Property(h => h.Id).UseIdentityAlwaysColumn();
        modelBuilder.Entity<StoredKey>().ToTable("data_protection_keys").Property(k => k.Id).UseIdentityAlwaysColumn();
        modelBuilder.Entity<ChannelDelivery>(delivery =>
        {
            delivery.ToTable("deliveries");
            delivery.Property(d => d.Id).UseIdentityAlwaysColumn();
            delivery.Property(d => d.Channel).HasConversion<string>();
            delivery.Property(d => d.State).HasConversion<string>();
            delivery.HasOne(d => d.Item).WithMany(i => i.Deliveries).HasForeignKey(d => d.ItemId);
            delivery.HasOne(d => d.Sending).WithMany(s => s.Deliveries).HasForeignKey(d => d.SendingId);
        });
        modelBuilder.Entity<Sending>(sending =>
        {
            sending.ToTable("sendings");
            sending.Property(s => s.Id).UseIdentityAlwaysColumn();
            sending.Property(s => s.Channel).HasConversion<string>();
            sending.Property(s => s.State).HasConversion<string>();
        });
        OutboxRow.Map(modelBuilder);
        SnakeCase.Apply(modelBuilder);
    }
}

/// <summary>One message to one person, as the bell shows it.</summary>
internal sealed class Item
{
    public long Id { get; private init; }

    public Guid MessageId { get; init; }

    public long UserId { get; init; }

    public string UserName { get; init; } = "";

    public string RegionCode { get; init; } = "";

    public int Generation { get; init; }

    /// <summary>Name of the message type.</summary>
    public string Kind { get; init; } = "";

    public long? CaseId { get; init; }

    public int? Visit { get; init; }

    public int? Revision { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public string? Rung { get; init; }

    /// <summary>It falls with its visit: once that is closed, nothing more of it leaves.</summary>
    public bool OfVisit { get; init; }

    public bool Closed { get; init; }

    public string Subject { get; init; } = "";

    public string Body { get; init; } = "";

    public string Path { get; init; } = "";

    /// <summary>Business time.</summary>
    public DateTimeOffset At { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? ReadAt { get; init; }

    public List<ChannelDelivery> Deliveries { get; init; } = [];

    public CaseRef? Case => CaseId is { } id ? new(id, Revision ?? 0, Visit ?? 0) : null;
}

/// <summary>One item over one channel that leaves the house.</summary>
internal sealed class ChannelDelivery
{
    public long Id { get; private init; }

    public long ItemId { get; init; }

    public Item Item { get; init; } = null!;

    public DeliveryChannel Channel { get; init; }

    public long UserId { get; init; }

    public string RegionCode { get; init; } = "";

    public string Address { get; init; } = "";

    public long? WebhookId { get; init; }

    public long? SendingId { get; set; }

    public Sending? Sending { get; set; }

    public DeliveryState State { get; set; }

    /// <summary>It may share a mail with others.</summary>
    public bool Digest { get; init; }

    public DateTimeOffset NotBefore { get; init; }

    public int Attempts { get; set; }

    public bool Repeated { get; set; }

    public string? LastError { get; set; }

    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>One mail or one call: what an attempt sends.</summary>
internal sealed class Sending
{
    public long Id { get; private init; }

    public DeliveryChannel Channel { get; init; }

    public long UserId { get; init; }

    public string RegionCode { get; init; } = "";

    public string Address { get; init; } = "";

    public long? WebhookId { get; init; }

    /// <summary>Message-ID or Idempotency-Key; the same for every attempt.</summary>
    public Guid Key { get; init; }

    /// <summary>Hours since 1970, for a digest: one per person and hour.</summary>
    public long? Hour { get; init; }

    public DeliveryState State { get; set; }

    public int Attempts { get; set; }

    public bool Repeated { get; set; }

    public DateTimeOffset NotBefore { get; set; }

    public DateTimeOffset? ClaimedUntil { get; set; }

    public string? LastError { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    public List<ChannelDelivery> Deliveries { get; init; } = [];
}

/// <summary>How a person wants to be told.</summary>
internal sealed class Person
{
    public long UserId { get; init; }

    public bool Mail { get; set; }

    public bool Digest { get; set; }

    public TimeOnly? QuietFrom { get; set; }

    public TimeOnly? QuietTo { get; set; }
}

/// <summary>A webhook of a region.</summary>
internal sealed class Hook
{
    public long Id { get; private init; }

    public string RegionCode { get; init; } = "";

    public string Url { get; init; } = "";

    public long? UserId { get; init; }

    public string[] Kinds { get; init; } = [];

    /// <summary>As it was stored before secrets were sealed; null once <see cref="Sealed"/> is set.</summary>
    public byte[]? Secret { get; set; }

    /// <summary>The secret, encrypted; <see cref="Channels.WebhookSecrets"/> opens it.</summary>
    public byte[]? Sealed { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A Data Protection key; read and written by <see cref="KeyRows"/>.</summary>
internal sealed class StoredKey
{
    public int Id { get; private init; }

    public string FriendlyName { get; init; } = "";

    public string Xml { get; init; } = "";
}
