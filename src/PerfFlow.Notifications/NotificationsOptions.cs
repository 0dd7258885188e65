using System.ComponentModel.DataAnnotations;

namespace PerfFlow.Notifications;

/// <summary>The settings section <c>Notifications</c>.</summary>
public sealed class NotificationsOptions
{
    public const string Section = "Notifications";

    /// <summary>Begins the links in mails, e.g. <c>https://perf.example.gov.cn</c>; without it mails carry no links.</summary>
    public Uri? PublicAddress { get; set; }

    /// <summary>
    /// Where the key lies that encrypts the secrets of webhooks, when <c>PERFFLOW_KEY</c> is not set; made on first use, mode
    /// 0600. The host sets it; every node of the service needs the same key.
    /// </summary>
    public string KeyFile { get; set; } = "";

    public MailOptions Mail { get; set; } = new();

    public WebhookOptions Webhook { get; set; } = new();

    /// <summary>Quiet hours of people who have set none, Asia/Shanghai; the same instant twice = never quiet.</summary>
    public TimeOnly QuietFrom { get; set; } = new(22, 0);

    public TimeOnly QuietTo { get; set; } = new(7, 0);

    /// <summary>After so many failed attempts a mail or call is a dead letter.</summary>
    [Range(1, 20)]
    public int MaxAttempts { get; set; } = 8;

    /// <summary>Wait after the first failure; it doubles each time, up to an hour.</summary>
    [Range(1, 3600)]
    public int FirstRetrySeconds { get; set; } = 30;
}

/// <summary>How mail leaves.</summary>
public sealed class MailOptions
{
    /// <summary>The SMTP server; empty = no mail leaves, the bell remains.</summary>
    public string Host { get; set; } = "";

    [Range(1, 65535)]
    public int Port { get; set; } = 25;

    /// <summary>STARTTLS is demanded.</summary>
    public bool Tls { get; set; }

    public string? User { get; set; }

    public string? Password { get; set; }

    /// <summary>Address of the sender.</summary>
    public string From { get; set; } = "perfflow@localhost";

    /// <summary>Name of the sender.</summary>
    public string FromName { get; set; } = "预算绩效管理平台";
}

/// <summary>What webhooks may reach.</summary>
public sealed class WebhookOptions
{
    /// <summary>Host names and networks (10.1.2.0/24) that may be called although they are private.</summary>
    public IList<string> Allowed { get; } = [];

    /// <summary>PEM file with the authorities of an internal network, trusted beside those of the system.</summary>
    public string? TrustedCertificates { get; set; }
}
