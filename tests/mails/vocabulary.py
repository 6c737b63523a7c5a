"""Words that a mail may not say, by reader and language, and how days and months are called."""

import re

DAY_OR_MONTH = re.compile(
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|enero|febrero|marzo"
    r"|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b"
)
CARE = re.compile(
    r"therap|terap|counsel|conseje|psych|psic|psiq|clinic|clínic|mental|diagnos|patient|pacient|treatment|"
    r"tratamiento|grief|duelo|trauma|depress|depres|anxi|ansied|couple|pareja|suicid|crisis|violen|abus|"
    r"attachment|\bLMFT\b|\bLCSW\b|\bAMFT\b|\bASW\b|\bLPCC\b|\bPsyD\b|\bPhD\b|LGBT|EMDR",
    re.IGNORECASE,
)
PRESSURE = re.compile(
    r"[!¡]|\burgen|\bhurry|\basap\b|\bimmediately|(?<!it takes effect )\bat once\b|\bact now"
    r"|\bdon't miss|\bdeadline|\blast chance|\bright away|\bas soon as possible|\bde inmediato"
    r"|\binmediatamente|\b(?:date|dese) prisa|\bapresúre|\bapúre|\bcuanto antes|\blo antes posible"
    r"|\bahora mismo",
    re.IGNORECASE,
)
TUTEO = re.compile(
    r"\b(?:tú|tu|tus|te|ti|contigo|puedes|quieres|tienes|prefieres|responde|llama|envía|dinos)\b"
)
DOMESTIC_VIOLENCE_LINE = re.compile(r"7233|domestic violence|violencia doméstica", re.IGNORECASE)
SAYS_NOTHING = re.compile(  # of a link that is read out without the words around it
    r"(?:click|tap)?\s*(?:here|this|link|more|read more|learn more|details|ok|this (?:page|link))"
    r"|(?:haga )?(?:clic|pulse)?\s*(?:aquí|este enlace|esta página|enlace|más|leer más|ver más|detalles)",
    re.IGNORECASE,
)
