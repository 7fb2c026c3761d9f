using System.Text.Json.Nodes;
using Hallmark.Core.Envelopes;

namespace Hallmark.Inference.Agent;

/// <summary>Something that an agent saw, before it is signed: it is chained and signed when it goes into the ledger.</summary>
/// <param name="EventId">A UUID version 4.</param>
/// <param name="EventType">One of <see cref="AgentEvents.All"/>.</param>
/// <param name="SubjectKey">What it is about, for look-ups in the ledger; see <see cref="AgentSubjects"/>.</param>
/// <param name="Payload">The envelope's payload. A checkpoint's <c>previous_checkpoint_hash</c> is filled in when it is signed.</param>
internal sealed record AgentEvent(string EventId, string EventType, string SubjectKey, JsonObject Payload);
