using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using PerfFlow.Notifications.Data;
using PerfFlow.ServiceDefaults.Hosting;

namespace PerfFlow.Notifications.Channels;

/// <summary>
/// Seals and opens the secrets of webhooks. The key ring is the service's own, in its own schema, also where it shares a
/// process with the Platform: it can move to another machine and still read them, given the same <see cref="MasterKey"/>.
/// </summary>
internal sealed class WebhookSecrets : IDisposable
{
    private readonly Lazy<ServiceProvider> ring;
    private readonly Lazy<IDataProtector> protector;

    public WebhookSecrets([FromKeyedServices(NotificationsDb.Schema)] NpgsqlDataSource source, IOptions<NotificationsOptions> options, ILoggerFactory logs)
    {
        // Only when there is a secret: a service without webhooks needs no key.
        ring = new(() => Ring(source, options.Value.KeyFile, logs));
        protector = new(() => ring.Value.GetRequiredService<IDataProtectionProvider>().CreateProtector("webhook-secret"));
    }

    public byte[] Seal(byte[] secret) => protector.Value.Protect(secret);

    /// <summary>
    /// Null when it was sealed with a key that this service does not have: the webhook has to be made anew. Throws when the keys
    /// cannot be read at this moment, which the framework tells as if the secret were none.
    /// </summary>
    /// <exception cref="NpgsqlException">The database is away.</exception>
    public byte[]? Open(Hook hook)
    {
        if (hook.Sealed is not { } closed)
        {
            return hook.Secret;
        }

        try
        {
            return protector.Value.Unprotect(closed);
        }
        catch (CryptographicException failure)
        {
            if (failure.InnerException is NpgsqlException away)
            {
                ExceptionDispatchInfo.Throw(away);
            }

            return null;
        }
    }

    public void Dispose()
    {
        if (ring.IsValueCreated)
        {
            ring.Value.Dispose();
        }
    }

    private static ServiceProvider Ring(NpgsqlDataSource source, string keyFile, ILoggerFactory logs)
    {
        var services = new ServiceCollection();
        services.AddSingleton(logs);
        services.AddSingleton(_ => MasterKey.Load(Environment.GetEnvironmentVariable(MasterKey.Variable), keyFile));
        services.AddDataProtection().SetApplicationName("PerfFlow.Notifications");
        services.AddOptions<KeyManagementOptions>().Configure<MasterKey>((keys, master) =>
        {
            keys.XmlRepository = new KeyRows(source, NotificationsDb.Schema);
            keys.XmlEncryptor = new KeySealer(master, typeof(SealedKeyOpener));
        });
        return services.BuildServiceProvider();
    }
}

/// <summary>At start: secrets that were stored open, before there was a key, are sealed.</summary>
internal sealed class SealOpenSecrets(IDbContextFactory<NotificationsDb> databases, WebhookSecrets secrets, ILogger<SealOpenSecrets> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(stoppingToken);
            foreach (var hook in await db.Webhooks.Where(h => h.Secret != null).ToListAsync(stoppingToken))
            {
                (hook.Sealed, hook.Secret) = (secrets.Seal(hook.Secret!), null);
            }

            await db.SaveChangesAsync(stoppingToken);
        }
        catch (Exception away) when (away is NpgsqlException or DbUpdateException or InvalidOperationException { InnerException: NpgsqlException })
        {
            log.LogWarning(away, "Secrets of webhooks could not be looked at; they are sealed at the next start");
        }
    }
}
